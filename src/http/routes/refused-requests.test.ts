import { describe, expect, it } from 'vitest'
import { ScriptedEngine } from '../../../test/scripted-engine.ts'
import { createScriptedApp, type ScriptedSettings } from '../../../test/start-scripted-server.ts'
import { CompletionError } from '../../completion/completion-error.ts'
import type { RefusedRequest } from '../../usage/usage-row-of.ts'

const BODY = { model: 'claude-2', prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 16 }

async function refusalsOf(body: object, settings: ScriptedSettings = {}, key = 'K') {
  const refused: RefusedRequest[] = []
  const { app, usageRecords, logLines } = createScriptedApp(
    new ScriptedEngine({ steps: [' Hi', { ends: 'end-of-generation' }] }),
    { recordRefusal: (request) => refused.push(request), ...settings },
  )
  const response = await app.fetch('http://continuo/v1/complete', {
    method: 'POST',
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  })
  await response.text()
  return { status: response.status, refused, usageRecords, logLines }
}

describe('a completion that is refused', () => {
  it('is reported once with its status, and with its model where that is known', async () => {
    const unread = await refusalsOf({ ...BODY, prompt: 7 })
    expect(unread.status).toBe(400)
    expect(unread.refused).toEqual([
      {
        requestId: expect.stringMatching(/^req_/),
        caller: expect.objectContaining({
          apiKeyId: expect.stringMatching(/^apikey_/),
          workspaceId: 'default',
        }),
        api: 'text-completions',
        modelId: '',
        isStream: false,
        status: 400,
        errorCode: 'invalid-request',
        totalMs: expect.any(Number),
      },
    ])
    const loading = await refusalsOf({ ...BODY, stream: true }, { readiness: 'loading' })
    expect(loading.refused).toMatchObject([
      { modelId: 'claude-2.0', isStream: true, status: 529, errorCode: 'not-ready' },
    ])
  })

  it('is what checkRecording throws, before any work is done', async () => {
    const checkRecording = () => {
      throw new CompletionError('overloaded', 'Overloaded: the usage of requests cannot be recorded now')
    }
    const { status, refused, usageRecords } = await refusalsOf(BODY, { checkRecording })
    expect(status).toBe(529)
    expect(refused).toMatchObject([{ status: 529, errorCode: 'overloaded' }])
    expect(usageRecords).toEqual([])
  })

  it('is none for a wrong key, and none where it was served', async () => {
    const wrong = await refusalsOf(BODY, {}, 'wrong')
    expect(wrong).toMatchObject({ status: 401, refused: [] })
    expect(wrong.logLines.at(-1)).not.toHaveProperty('apiKeyId')
    const served = await refusalsOf(BODY)
    expect(served).toMatchObject({
      status: 200,
      refused: [],
      usageRecords: [{ outcome: 'end-of-generation' }],
    })
  })
})
