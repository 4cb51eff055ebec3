import { describe, expect, it } from 'vitest'
import { ScriptedEngine } from '../../../test/scripted-engine.ts'
import { createScriptedApp } from '../../../test/start-scripted-server.ts'
import type { KnownKeys } from '../../accounts/known-keys.ts'
import { ANONYMOUS_CALLER } from '../../completion/caller.ts'

const caller = {
  ...ANONYMOUS_CALLER,
  apiKeyId: 'apikey_1',
  allowedModels: new Set(['claude-2.1', 'claude-opus-4-5-20251101']),
}
const keys: KnownKeys = {
  find: () => ({ kind: 'api', isActive: true, workspaceId: 'default', caller }),
  workspaceId: () => 'default',
  isMember: () => false,
  shownWorkspaceId: () => null,
}
const { app, usageRecords } = createScriptedApp(
  new ScriptedEngine({ steps: [' Hi', { ends: 'end-of-generation' }] }),
  { keys },
)

async function call(path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await app.fetch(`http://continuo${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': 'K', 'anthropic-version': '2023-06-01', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const json = (await response.json()) as { data?: { id: string }[]; error?: { message: string } }
  return { status: response.status, json }
}

const OPENAI = { 'x-api-key': '', authorization: 'Bearer K' }
const messages = [{ role: 'user', content: 'Hi' }]

describe('a key that may use some models only', () => {
  it('lists those', async () => {
    const { json } = await call('/v1/models')
    expect(json.data?.map(({ id }) => id)).toEqual(['claude-opus-4-5-20251101', 'claude-2.1'])
  })

  it.each([
    ['/v1/models/claude-2.1', undefined],
    ['/v1/models/claude-opus-4-5', undefined],
    ['/v1/complete', { model: 'claude-2.1', prompt: '\n\nHuman: a\n\nAssistant:', max_tokens_to_sample: 5 }],
    ['/v1/messages', { model: 'claude-opus-4-5', messages, max_tokens: 5 }],
    ['/v1/messages/count_tokens', { model: 'claude-opus-4-5', messages }],
  ])('uses them on %s', async (path, body) => {
    expect((await call(path, body)).status).toBe(200)
  })

  it.each([
    ['/v1/models/claude-2.0', undefined, {}],
    [
      '/v1/complete',
      { model: 'claude-2.0', prompt: '\n\nHuman: a\n\nAssistant:', max_tokens_to_sample: 5 },
      {},
    ],
    ['/v1/messages', { model: 'claude-2.0', messages, max_tokens: 5 }, {}],
    ['/v1/messages/count_tokens', { model: 'claude-2.0', messages }, {}],
    ['/v1/chat/completions', { model: 'claude-2.0', messages }, OPENAI],
    ['/v1/completions', { model: 'claude-2.0', prompt: 'a' }, OPENAI],
  ])('finds no other on %s', async (path, body, headers) => {
    const recorded = usageRecords.length
    const { status, json } = await call(path, body, headers)
    expect(status).toBe(404)
    expect(json.error?.message).toContain('claude-2.0')
    expect(usageRecords).toHaveLength(recorded)
  })
})
