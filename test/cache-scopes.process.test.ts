import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SHIPPED_MODEL_PATH } from '../src/config/resolve-engines.ts'
import { LlamaEngine } from '../src/engines/llama/llama-engine.ts'
import { llamaSettings } from './llama-settings.ts'
import { createScriptedApp, type ScriptedSettings } from './start-scripted-server.ts'

let engine: LlamaEngine
beforeAll(async () => {
  engine = await LlamaEngine.open({
    settings: llamaSettings({
      model: SHIPPED_MODEL_PATH,
      maxSequences: 4,
      threads: 1,
      kvCache: 'per-sequence',
      flashAttention: false,
    }),
  })
})
afterAll(() => engine.close())

const model = 'claude-2.1'
const messages = (text: string) => [{ role: 'user', content: text }]

/** Every completion route, with a body for a text. */
const ROUTES: Readonly<Record<string, (text: string) => object>> = {
  '/v1/complete': (text) => ({ prompt: `\n\nHuman: ${text}\n\nAssistant:`, max_tokens_to_sample: 1 }),
  '/v1/messages': (text) => ({ messages: messages(text), max_tokens: 1 }),
  '/v1/chat/completions': (text) => ({ messages: messages(text), max_tokens: 1 }),
  '/v1/completions': (text) => ({ prompt: text, max_tokens: 1 }),
}

/** The usage of a prompt that has a breakpoint. */
interface CachedUsage {
  readonly cache_creation_input_tokens: number
  readonly cache_read_input_tokens: number
}

/** Least tokens of the text that every test sends, approximately. */
const TEXT_TOKENS = 40
const TEXT = 'What is the opposite of hot? '.repeat(8)
const CACHED = {
  system: [{ type: 'text', text: TEXT, cache_control: { type: 'ephemeral' } }],
  messages: messages('Hi'),
  max_tokens: 1,
}

let keys = 0
/** An application with two unused keys. */
function appWith(settings: ScriptedSettings = {}) {
  const apiKeys = [`key ${++keys}`, `key ${++keys}`] as const
  const { app, usageRecords } = createScriptedApp(engine, { apiKeys, ...settings })
  const ask = async (apiKey: string, path: string, body: object) => {
    const response = await app.fetch(`http://continuo${path}`, {
      method: 'POST',
      headers: {
        'x-api-key': apiKey,
        authorization: `Bearer ${apiKey}`,
        'anthropic-version': '2023-06-01',
      },
      body: JSON.stringify({ model, ...body }),
    })
    expect(response.status).toBe(200)
    const { usage } = (await response.json()) as { readonly usage: CachedUsage }
    return { usage, reused: usageRecords.at(-1)?.reusedPromptTokens }
  }
  return { ask, apiKeys, usageRecords }
}

describe('the prefix of one key', () => {
  it.each(Object.keys(ROUTES))('is not reused by another: %s', async (path) => {
    const { ask, apiKeys } = appWith()
    const body = ROUTES[path]?.(TEXT) ?? {}
    for (const apiKey of apiKeys) expect((await ask(apiKey, path, body)).reused).toBe(0)
    for (const apiKey of apiKeys) expect((await ask(apiKey, path, body)).reused).toBeGreaterThan(TEXT_TOKENS)
  })

  it('does not delay another', async () => {
    const { ask, apiKeys, usageRecords } = appWith()
    await Promise.all(apiKeys.map((apiKey) => ask(apiKey, '/v1/messages', CACHED)))
    expect(usageRecords.map(({ reusedPromptTokens }) => reusedPromptTokens)).toEqual([0, 0])
  })

  it('is charged to that key alone', async () => {
    const { ask, apiKeys } = appWith()
    const usageOf = async (apiKey: string) => (await ask(apiKey, '/v1/messages', CACHED)).usage
    const first = await usageOf(apiKeys[0])
    expect(first.cache_creation_input_tokens).toBeGreaterThan(TEXT_TOKENS)
    expect(first.cache_read_input_tokens).toBe(0)
    expect(await usageOf(apiKeys[1])).toEqual(first)
    expect(await usageOf(apiKeys[0])).toMatchObject({
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: first.cache_creation_input_tokens,
    })
  })

  it.each<[string, ScriptedSettings]>([
    ['the keys share their cache', { sharedCache: true }],
    ['there are no keys', { apiKeys: [] }],
  ])('is reused where %s', async (_, settings) => {
    const { ask, apiKeys } = appWith(settings)
    await ask(apiKeys[0], '/v1/messages', CACHED)
    const { usage, reused } = await ask(apiKeys[1], '/v1/messages', CACHED)
    expect(reused).toBeGreaterThan(TEXT_TOKENS)
    expect(usage.cache_read_input_tokens).toBeGreaterThan(TEXT_TOKENS)
  })
})
