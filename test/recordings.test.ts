import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RecordingEngine } from '../src/recordings/recording-engine.ts'
import { ReplayEngine } from '../src/recordings/replay-engine.ts'
import { RECORDING_SCHEMA } from '../src/recordings/settings.ts'
import { ScriptedEngine, type ScriptStep } from './scripted-engine.ts'
import { createScriptedApp } from './start-scripted-server.ts'

const TOOL = {
  name: 'weather',
  description: 'The weather in a city, as of 2026-11-30.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const CALL: readonly ScriptStep[] = [
  { yields: { type: 'tool-call-start', id: 'toolu_01ABCDEFGH234567', name: 'weather', completionTokens: 3 } },
  { yields: { type: 'tool-input-delta', json: '{"city":"Köln"}', completionTokens: 4 } },
  { ends: 'tool-call' },
]
const SPEECH: readonly ScriptStep[] = ['It ', 'is 42 🦀.', { ends: 'end-of-generation' }]

class Recordable extends ScriptedEngine {
  readonly isReady = true
  readonly isUnresponsive = false
  readonly description = 'a script'
  async close(): Promise<void> {}
}

const folder = mkdtempSync(join(tmpdir(), 'continuo-recordings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const { mode: _, ...settings } = RECORDING_SCHEMA.parse({ folder })
const MODEL = 'claude-2.1'
const ask = (content: string) => [{ role: 'user', content }]

let inner: Recordable
let recorded: Record<string, unknown>
let post: (
  path: string,
  body: object,
  headers?: Record<string, string>,
) => Promise<{ status: number; body: Record<string, never>; text: string }>

function poster(engine: Parameters<typeof createScriptedApp>[0]): typeof post {
  const { app } = createScriptedApp(engine)
  return async (path, body, more = {}) => {
    const headers = {
      ...more,
      'x-api-key': 'K',
      authorization: 'Bearer K',
      'anthropic-version': '2023-06-01',
    }
    const response = await app.fetch(`http://localhost${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} }
  }
}

beforeAll(async () => {
  inner = new Recordable({
    steps: ({ prompt }) => (prompt.tools.length > 0 && prompt.turns.length === 1 ? CALL : SPEECH),
  })
  Object.assign(inner, { contextWindowTokens: 10_000 })
  const options = { mode: 'record', settings, version: '1', onWarning() {} } as const
  const record = poster(await RecordingEngine.open(inner, options))
  const messages = { model: MODEL, max_tokens: 100, messages: ask('How much is it?') }
  recorded = (await record('/v1/messages', messages)).body
  await record('/v1/messages', { ...messages, messages: ask('Weather?'), tools: [TOOL] })
  await record('/v1/messages', { ...messages, messages: ask('How many?') })
  await record('/v1/messages/count_tokens', { model: MODEL, messages: ask('How long is this?') })
  post = poster(await ReplayEngine.open(settings))
})

describe('recorded on /v1/messages', () => {
  it('plays on /v1/messages, streamed and not, with its usage', async () => {
    const request = { model: MODEL, max_tokens: 50, temperature: 0, messages: ask('How much is it?') }
    const { body } = await post('/v1/messages', request)
    expect({ ...body, id: '' }).toEqual({ ...recorded, id: '' })
    const { text } = await post('/v1/messages', { ...request, stream: true })
    expect(text).toContain('"text":"It "')
    expect(text).toContain('event: message_stop')
  })

  it('plays on /v1/complete', async () => {
    const prompt = '\n\nHuman: How much is it?\n\nAssistant:'
    const request = { model: MODEL, max_tokens_to_sample: 50, prompt }
    const { body } = await post('/v1/complete', request)
    expect(body).toMatchObject({ completion: ' It is 42 🦀.', stop_reason: 'stop_sequence' })
  })

  it("plays on OpenAI's routes", async () => {
    const chat = await post('/v1/chat/completions', { model: MODEL, messages: ask('How much is it?') })
    expect(chat.body).toMatchObject({ choices: [{ message: { content: 'It is 42 🦀.' } }] })
    const response = await post('/v1/responses', { model: MODEL, input: 'How much is it?' })
    expect(response.text).toContain('It is 42 🦀.')
  })

  it('plays calls, whatever the API names tools', async () => {
    const { name, description, input_schema: parameters } = TOOL
    const tools = [{ type: 'function', function: { name, description, parameters } }]
    const { body } = await post('/v1/chat/completions', { model: MODEL, messages: ask('Weather?'), tools })
    expect(body).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { name, arguments: '{"city":"Köln"}' } }] } }],
    })
  })

  it('plays counts of tokens', async () => {
    const counted = await post('/v1/messages/count_tokens', {
      model: MODEL,
      messages: ask('How long is this?'),
    })
    expect(counted.body).toEqual({
      input_tokens: await inner.countTokens(inner.requests[0]?.prompt as never),
    })
  })

  it('plays from the first for each test that the header x-continuo-test names', async () => {
    const questions = { model: MODEL, max_tokens: 50, messages: ask('How many?') }
    const isolated = poster(await ReplayEngine.open({ ...settings, repeat: 'refuse' }))
    const statusOf = async (path: string, body: object, testName: string) =>
      (await isolated(path, body, { 'x-continuo-test': testName })).status
    expect(await statusOf('/v1/messages', questions, 'a')).toBe(200)
    expect(await statusOf('/v1/messages', questions, 'a')).toBe(400)
    expect(await statusOf('/v1/chat/completions', { model: MODEL, messages: ask('How many?') }, 'b')).toBe(
      200,
    )
    const prompt = '\n\nHuman: How many?\n\nAssistant:'
    const complete = { model: MODEL, max_tokens_to_sample: 50, prompt }
    expect(await statusOf('/v1/complete', complete, 'c')).toBe(200)
    expect(await statusOf('/v1/complete', complete, 'b')).toBe(400)
    expect(await statusOf('/v1/responses', { model: MODEL, input: 'How many?' }, 'd')).toBe(200)
  })

  it('refuses what was not recorded, so that no client tries again', async () => {
    const missed = await post('/v1/messages', {
      model: MODEL,
      max_tokens: 5,
      messages: ask('How far is it?'),
    })
    expect(missed.status).toBe(400)
    expect(missed.body).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
    expect(missed.text).toContain('turns.0.parts.0.text differs at character 5')
  })
})
