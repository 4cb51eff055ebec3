import { describe, expect, it } from 'vitest'
import { accumulate } from '../conformance/accumulate-message.ts'
import { messageEvents, messageOf, type SentMessage, sendMessage } from '../conformance/message-case.ts'
import { jsonScript, type ReceivedRequest, type UpstreamScript } from '../scripted-upstream.ts'
import type { UpstreamSettingsChange } from '../upstream-settings.ts'
import { openServer } from './open-upstream.ts'

const CLAUDE: UpstreamSettingsChange = { kind: 'claude-messages' }
const EPHEMERAL = { type: 'ephemeral' }
const HOUR = { type: 'ephemeral', ttl: '1h' }
const LONG = 'Background of many words. '.repeat(100)
const CALL = { type: 'tool_use', id: 't1', name: 'look', input: {} }

const result = (inner: object, outer: object) => ({
  type: 'tool_result',
  tool_use_id: 't1',
  content: [{ type: 'text', text: 'rain', ...inner }],
  ...outer,
})

function claudeScript(atStart: object, atEnd: object = {}): UpstreamScript {
  const delta = { stop_reason: 'end_turn', stop_sequence: null }
  const events = [
    { type: 'message_start', message: { usage: { output_tokens: 1, ...atStart } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'ok' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta, usage: { output_tokens: 2, ...atEnd } },
    { type: 'message_stop' },
  ]
  return { steps: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`) }
}

/** As the real API: nothing is cached without a breakpoint, and everything is then charged in full. */
function cachingClaude() {
  const known = new Set<string>()
  return ({ body }: ReceivedRequest): UpstreamScript => {
    const text = JSON.stringify(body)
    if (!text.includes('cache_control')) return claudeScript({ input_tokens: 500 })
    const isKnown = known.has(text)
    known.add(text)
    return claudeScript({
      input_tokens: 20,
      [isKnown ? 'cache_read_input_tokens' : 'cache_creation_input_tokens']: 480,
    })
  }
}

async function usageOf(response: Response): Promise<SentMessage['usage']> {
  return (await messageOf(response)).usage
}

describe('a Claude upstream', () => {
  it('is sent every breakpoint, and no request to count', async () => {
    const server = await openServer(cachingClaude(), CLAUDE)
    await sendMessage(server, {
      body: {
        system: [
          { type: 'text', text: LONG, cache_control: HOUR },
          { type: 'text', text: 'Be brief.' },
        ],
        tools: [{ name: 'look', input_schema: { type: 'object' }, cache_control: HOUR }],
        messages: [
          { role: 'user', content: 'Weather?' },
          { role: 'assistant', content: [{ ...CALL, cache_control: EPHEMERAL }] },
          { role: 'user', content: [result({ cache_control: EPHEMERAL }, {})] },
        ],
      },
    })
    expect(server.upstream.requests).toHaveLength(1)
    expect(server.upstream.requests[0]?.body).toMatchObject({
      system: [
        { type: 'text', text: LONG, cache_control: HOUR },
        { type: 'text', text: 'Be brief.' },
      ],
      tools: [{ name: 'look', cache_control: HOUR }],
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: [{ ...CALL, cache_control: EPHEMERAL }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', cache_control: EPHEMERAL }] },
      ],
    })
  })

  it('decides which tokens clients see as cached, and which are recorded', async () => {
    const server = await openServer(cachingClaude(), CLAUDE)
    const body = {
      messages: [{ role: 'user', content: [{ type: 'text', text: LONG, cache_control: EPHEMERAL }] }],
    }
    expect(await usageOf(await sendMessage(server, { body }))).toMatchObject({
      input_tokens: 20,
      cache_creation_input_tokens: 480,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 480, ephemeral_1h_input_tokens: 0 },
    })
    const streamed = await messageEvents(await sendMessage(server, { body: { ...body, stream: true } }))
    const cached = { input_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: 480 }
    expect(accumulate(streamed).usage).toMatchObject(cached)
    expect(server.usageRecords).toMatchObject([
      { promptTokens: 500, cacheReadTokens: 0, cacheWrite5mTokens: 480 },
      { promptTokens: 500, cacheReadTokens: 480, cacheWrite5mTokens: 0 },
    ])
  })

  it.each([{ sendCacheControl: false }, { server: 'other' }, { server: 'other', sendCacheControl: false }])(
    'with %j is sent no breakpoint, and clients see no cached token',
    async (settings) => {
      const server = await openServer(cachingClaude(), { ...CLAUDE, ...settings } as UpstreamSettingsChange)
      const body = { system: [{ type: 'text', text: LONG, cache_control: HOUR }] }
      for (let times = 0; times < 2; times++) {
        const usage = await usageOf(await sendMessage(server, { body }))
        expect(usage).toMatchObject({ input_tokens: 500, cache_read_input_tokens: 0 })
      }
      expect(JSON.stringify(server.upstream.requests)).not.toContain('cache_control')
    },
  )

  it('may refuse a lifetime, or breakpoints at all', async () => {
    const server = await openServer(({ body }) => {
      const text = JSON.stringify(body)
      const refused = text.includes('"ttl"')
        ? 'cache_control.ttl'
        : text.includes('cache_control') && 'cache_control'
      const message = `system.0.${refused}: Extra inputs are not permitted`
      return refused ? jsonScript({ error: { message } }, 400) : claudeScript({ input_tokens: 500 })
    }, CLAUDE)
    const body = { system: [{ type: 'text', text: LONG, cache_control: HOUR }] }
    for (const requests of [3, 4]) {
      expect(await usageOf(await sendMessage(server, { body }))).toMatchObject({ input_tokens: 500 })
      expect(server.upstream.requests).toHaveLength(requests)
    }
  })

  it('is believed where it corrects its figures at the end', async () => {
    const atEnd = {
      input_tokens: 7,
      cache_read_input_tokens: 50,
      cache_creation_input_tokens: 43,
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 40 },
    }
    const server = await openServer(claudeScript({ input_tokens: 100 }, atEnd), CLAUDE)
    const streamed = await messageEvents(await sendMessage(server, { body: { stream: true } }))
    const corrected = { input_tokens: 7, cache_read_input_tokens: 50, cache_creation_input_tokens: 43 }
    expect(accumulate(streamed).usage).toMatchObject(corrected)
    expect(await usageOf(await sendMessage(server))).toMatchObject({
      ...corrected,
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 40 },
    })
    expect(server.usageRecords.at(-1)).toMatchObject({ cacheReadTokens: 50, cacheWrite1hTokens: 40 })
  })
})

describe('a service of the OpenAI style', () => {
  const script = (cached: number): UpstreamScript => ({
    steps: [
      { choices: [{ delta: { content: 'ok' }, finish_reason: 'stop' }] },
      {
        choices: [],
        usage: { prompt_tokens: 500, completion_tokens: 1, prompt_tokens_details: { cached_tokens: cached } },
      },
    ].map((event) => `data: ${JSON.stringify(event)}\n\n`),
  })
  const body = { system: [{ type: 'text', text: LONG, cache_control: EPHEMERAL }] }

  it.each(['other', 'openai', 'deepseek'] as const)('%s decides which tokens are cached', async (server) => {
    const opened = await openServer(script(0), { server })
    for (const cached of [0, 0, 128]) {
      opened.upstream.script = script(cached)
      expect(await usageOf(await sendMessage(opened, { body }))).toMatchObject({
        input_tokens: 500 - cached,
        cache_read_input_tokens: cached,
        cache_creation_input_tokens: 0,
      })
    }
  })

  it.each(['/v1/chat/completions', '/v1/responses'])('is quoted on %s, streamed and not', async (path) => {
    const opened = await openServer(script(128), { server: 'openai' })
    const chat = path === '/v1/responses' ? { input: 'Hi' } : { messages: [{ role: 'user', content: 'Hi' }] }
    for (const stream of [false, true]) {
      const fields = { model: 'claude-2', stream, stream_options: { include_usage: true }, ...chat }
      const response = await fetch(`${opened.url}${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer K', 'content-type': 'application/json' },
        body: JSON.stringify(fields),
      })
      expect(await response.text()).toMatch(/"cached_tokens": ?128/)
    }
    const own = await openServer(script(128), { server: 'vllm' })
    const response = await fetch(`${own.url}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer K', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'claude-2', ...chat }),
    })
    expect(await response.text()).not.toContain('128')
  })
})
