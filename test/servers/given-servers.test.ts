import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectOf } from '../../src/engines/upstream/dialects/dialects.ts'
import { accumulate } from '../conformance/accumulate-message.ts'
import { messageEvents, messageOf, type SentMessage } from '../conformance/message-case.ts'
import { RECORDED_REQUESTS } from '../recorded-requests.ts'
import { upstreamSettings } from '../upstream-settings.ts'
import { type GivenServer, givenServers } from './given-servers.ts'
import { RunningContinuo } from './running-continuo.ts'

/** What Ollama is asked to hold, and more than small models are served with. */
const WINDOW_TOKENS = 2_048
const QUESTION = { role: 'user', content: 'Name three colors.' }
const TOOL = {
  name: 'add',
  input_schema: {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { type: 'integer' } },
    required: ['a', 'b'],
    additionalProperties: false,
  },
}
/** For a server that was started with a key; others ignore it. */
const API_KEY = process.env.CONTINUO_UPSTREAM_KEY ?? 'any'
const KINDS = ['openai-chat', 'openai-completions', 'claude-messages'] as const

let continuo: RunningContinuo

const ask = (model: string, body: object) =>
  continuo.post('/v1/messages', { model, max_tokens: 24, temperature: 0, messages: [QUESTION], ...body })
const message = async (model: string, body: object = {}): Promise<SentMessage> =>
  messageOf(await ask(model, body))
const textOf = ({ content }: Pick<SentMessage, 'content'>) => content.map(({ text }) => text ?? '').join('')

describe.each(givenServers())('$name at $url', ({ name, url }: GivenServer) => {
  let model = ''

  beforeAll(async () => {
    const listed = (await (
      await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${API_KEY}` } })
    ).json()) as { data: { id: string }[] }
    model = listed.data[0]?.id ?? ''
    const engines = KINDS.map(
      (kind) => [kind, { kind, server: name, baseUrls: [url], model, apiKey: API_KEY }] as const,
    )
    const window = name === 'ollama' ? { contextWindowTokens: WINDOW_TOKENS } : {}
    continuo = await RunningContinuo.start({
      engines: Object.fromEntries(engines.map(([kind, engine]) => [kind, { ...engine, ...window }])),
      defaultEngine: 'openai-chat',
      models: Object.fromEntries(KINDS.map((kind) => [kind, kind])),
    })
  })
  afterAll(() => continuo?.stop())

  describe.each(KINDS)('%s', (kind) => {
    it('responds, whole and streamed alike, and counts', async () => {
      const whole = await message(kind)
      expect(textOf(whole)).not.toBe('')
      expect(whole.usage.input_tokens).toBeGreaterThan(0)
      expect(whole.usage.output_tokens).toBeGreaterThan(0)
      const streamed = accumulate(await messageEvents(await ask(kind, { stream: true })))
      expect(streamed).toMatchObject({ content: whole.content, stop_reason: whole.stop_reason })
    })

    it('ends at the token limit', async () => {
      const cut = await message(kind, { max_tokens: 5 })
      expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } })
    })

    it('ends at a stop sequence, and names it', async () => {
      const text = textOf(await message(kind))
      const stop = text.trim().split(/\s+/)[1] ?? text.trim()
      const stopped = await message(kind, { stop_sequences: [stop] })
      expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: stop })
      expect(textOf(stopped)).toBe(text.slice(0, text.indexOf(stop)))
      if (name === 'vllm') expect(stopped.usage.input_tokens).toBeGreaterThan(0)
    })

    it('refuses a prompt that is too long with its numbers', async () => {
      const long = { role: 'user', content: 'many words '.repeat(20_000) }
      const refused = await ask(kind, { messages: [long] })
      expect(refused.status).toBe(400)
      expect(await refused.text()).toMatch(/prompt is too long: \d+ tokens > \d+ maximum/)
    })

    it('starts a text completion with a space', async () => {
      const asked = await continuo.ask(kind, {
        prompt: '\n\nHuman: Name a color.\n\nAssistant:',
        maxTokens: 8,
      })
      expect(asked.completion).toMatch(/^\s/)
    })
  })

  it('continues a prefill once, or refuses it', async () => {
    const begun = { messages: [QUESTION, { role: 'assistant', content: 'The three colors are' }] }
    expect(textOf(await message('openai-chat', begun))).not.toContain('The three colors are')
    expect((await ask('claude-messages', begun)).status).toBe(400)
  })

  it.each(['openai-chat', 'claude-messages'])(
    'calls a tool through %s, or says what went wrong',
    async (kind) => {
      const called = await ask(kind, {
        max_tokens: 200,
        tools: [TOOL],
        tool_choice: { type: 'tool', name: 'add' },
        messages: [{ role: 'user', content: 'Add 17 and 25.' }],
      })
      // A small model may fail; what fails is no failure of this server.
      expect([200, 400]).toContain(called.status)
      if (name === 'vllm' && kind === 'openai-chat') {
        const { content } = await messageOf(called)
        expect(content.at(-1)).toMatchObject({
          type: 'tool_use',
          name: 'add',
          input: { a: expect.any(Number) },
        })
      }
    },
  )

  it('counts the tokens of a prompt, or says that it cannot', async () => {
    const counted = await continuo.post('/v1/messages/count_tokens', {
      model: 'openai-chat',
      messages: [QUESTION],
    })
    expect(counted.status).toBe(name === 'vllm' ? 200 : 400)
  })

  it.runIf(process.env.CONTINUO_RECORD)('is recorded', async () => {
    const folder = process.env.CONTINUO_RECORD ?? ''
    mkdirSync(folder, { recursive: true })
    for (const [what, { kind, request, servers }] of Object.entries(RECORDED_REQUESTS)) {
      if (!servers.includes(name)) continue
      const settings = upstreamSettings({ kind, server: name, model })
      const encoder = dialectOf(settings).createRequestEncoder(settings, () => undefined)
      const { path, body } = encoder.completionRequest(request)
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...encoder.headers(API_KEY) },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      expect(response.status, text).toBe(200)
      writeFileSync(join(folder, `${name}-${what}.txt`), text)
    }
  })
})
