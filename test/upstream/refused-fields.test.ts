import { describe, expect, it } from 'vitest'
import type { CompletionRequest } from '../../src/completion/completion-request.ts'
import type { UpstreamKind } from '../../src/engines/upstream/dialects/dialects.ts'
import type { UpstreamEngine } from '../../src/engines/upstream/upstream-engine.ts'
import { flatEvents } from '../flat-events.ts'
import { jsonScript, type ReceivedRequest, type UpstreamScript } from '../scripted-upstream.ts'
import { upstreamConversation } from '../upstream-histories.ts'
import { responseEvents } from '../upstream-model.ts'
import { openEngine, UPSTREAM_KINDS } from './open-upstream.ts'

const OK = (kind: UpstreamKind): UpstreamScript => ({ steps: responseEvents(kind, [' Yes'], false) })
const refused = (message: string, status = 400) => jsonScript({ error: { message } }, status)

/** An upstream that refuses bodies with a text. */
function refusing(kind: UpstreamKind, refusalOf: (body: ReceivedRequest['body']) => string | null) {
  return ({ body }: ReceivedRequest) => {
    const refusal = refusalOf(body)
    return refusal === null ? OK(kind) : refused(refusal)
  }
}

const sampled = (temperature: number, topP: number | null): CompletionRequest =>
  upstreamConversation({}, { sampling: { temperature, topP, topK: null } })

async function statusOf(engine: UpstreamEngine, request: CompletionRequest): Promise<string> {
  try {
    for await (const _ of flatEvents(engine.generate(request, new AbortController().signal)));
    return 'ok'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe.each(UPSTREAM_KINDS)('a %s upstream that refuses a field', (kind) => {
  const TEXT = "Unsupported parameter: 'temperature' is not supported with this model."
  const refusesTemperature = refusing(kind, (body) => ('temperature' in body ? TEXT : null))

  it('is sent the request without it, and later requests too', async () => {
    const warnings: string[] = []
    const { upstream, engine } = await openEngine(
      refusesTemperature,
      { kind },
      { onWarning: (warning) => warnings.push(warning) },
    )
    expect(await statusOf(engine, sampled(0.5, null))).toBe('ok')
    const after = upstream.requests.length
    expect(await statusOf(engine, sampled(0.7, null))).toBe('ok')
    expect(await statusOf(engine, sampled(1, null))).toBe('ok')
    expect(upstream.requests.length - after).toBe(2)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('temperature is left out')
  })

  it('is sent fields of the configuration as they are', async () => {
    const { engine, upstream } = await openEngine(refusesTemperature, { kind, extraBody: { temperature: 2 } })
    expect(await statusOf(engine, sampled(0.5, null))).toBe('invalid-request')
    expect(upstream.requests.every(({ body }) => body.temperature === 2)).toBe(true)
  })
})

describe('a refusal that names a field', () => {
  it('changes nothing for later requests where leaving it out does not help', async () => {
    const { upstream, engine } = await openEngine(({ body }) =>
      JSON.stringify(body.messages).includes('bad')
        ? refused(
            'messages.0: cannot read "temperature and top_p and stream_options and max_completion_tokens"',
          )
        : OK('openai-chat'),
    )
    const bad = upstreamConversation({ turns: [{ role: 'user', parts: [{ type: 'text', text: 'bad' }] }] })
    expect(await statusOf(engine, bad)).toBe('invalid-request')
    expect(upstream.requests).toHaveLength(5)
    expect(await statusOf(engine, sampled(0.5, 0.9))).toBe('ok')
    expect(upstream.requests.at(-1)?.body).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      stream_options: { include_usage: true },
      max_tokens: expect.any(Number),
    })
  })

  it('is about one value where it names it', async () => {
    const { upstream, engine } = await openEngine(
      refusing('openai-chat', (body) => (Number(body.top_p) < 0.1 ? 'top_p must be at least 0.1' : null)),
    )
    expect(await statusOf(engine, sampled(1, 0.05))).toBe('ok')
    expect(upstream.requests.at(-1)?.body).not.toHaveProperty('top_p')
    expect(await statusOf(engine, sampled(1, 0.9))).toBe('ok')
    expect(upstream.requests.at(-1)?.body).toMatchObject({ top_p: 0.9 })
  })

  it.each([
    [1, null, { temperature: 1 }],
    [0.5, null, { temperature: 0.5 }],
    [1, 0.9, { top_p: 0.9 }],
    [0.5, 0.9, { temperature: 0.5 }],
  ])('leaves one of temperature %d and top_p %d', async (temperature, topP, sent) => {
    const { upstream, engine } = await openEngine(
      refusing('openai-chat', (body) =>
        'temperature' in body && 'top_p' in body ? 'Only one of temperature and top_p may be given.' : null,
      ),
    )
    expect(await statusOf(engine, sampled(temperature, topP))).toBe('ok')
    const { temperature: first, top_p: second } = upstream.requests.at(-1)?.body ?? {}
    expect({ temperature: first, top_p: second }).toEqual({
      temperature: undefined,
      top_p: undefined,
      ...sent,
    })
  })

  it('is read in the lists of FastAPI, on both routes of the OpenAI style', async () => {
    const detail = [
      { type: 'extra_forbidden', loc: ['body', 'stream_options', 'include_usage'], msg: 'Extra' },
    ]
    for (const kind of ['openai-chat', 'openai-completions'] as const) {
      const { upstream, engine } = await openEngine(
        ({ body }) => ('stream_options' in body ? jsonScript({ detail }, 422) : OK(kind)),
        { kind },
      )
      expect(await statusOf(engine, sampled(1, null))).toBe('ok')
      expect(await statusOf(engine, sampled(1, null))).toBe('ok')
      expect(upstream.requests).toHaveLength(3)
    }
  })
})

describe('a limit of completion tokens', () => {
  it('is learned once', async () => {
    const { upstream, engine } = await openEngine(
      refusing('openai-chat', (body) =>
        Number(body.max_tokens) > 4096 ? '`max_tokens` must be less than or equal to `4096`' : null,
      ),
    )
    const request = upstreamConversation({}, { maxTokens: 100_000 })
    expect(await statusOf(engine, request)).toBe('ok')
    expect(await statusOf(engine, request)).toBe('ok')
    expect(upstream.requests.map(({ body }) => body.max_tokens)).toEqual([100_000, 4096, 4096])
  })

  it('is not learned from a window that one prompt fills', async () => {
    const { upstream, engine } = await openEngine(
      refusing('openai-chat', (body) =>
        Number(body.max_tokens) > 100
          ? "This model's maximum context length is 4096 tokens. However, you requested 8000 tokens (3995 in the messages, 4005 in the completion)."
          : null,
      ),
    )
    expect(await statusOf(engine, upstreamConversation({}, { maxTokens: 4005 }))).toBe('ok')
    expect(await statusOf(engine, upstreamConversation({}, { maxTokens: 4005 }))).toBe('ok')
    expect(upstream.requests.map(({ body }) => body.max_tokens)).toEqual([4005, 100, 4005, 100])
  })
})

describe('the thinking of earlier turns', () => {
  const call = { type: 'tool-call', id: 'toolu_01', name: 'look', input: {} } as const
  const thinking = { type: 'thinking', text: 'I must look.', signature: null } as const
  const result = { type: 'tool-result', toolCallId: 'toolu_01', isError: false, parts: [] } as const
  const request = (isThinkingKept: boolean) =>
    upstreamConversation({
      turns: [
        { role: 'user', parts: [{ type: 'text', text: 'Weather?' }] },
        { role: 'assistant', parts: isThinkingKept ? [thinking, call] : [call] },
        { role: 'user', parts: [result, { type: 'text', text: 'And now?' }] },
      ],
    })
  const assistantOf = ({ body }: ReceivedRequest) =>
    (body.messages as readonly Record<string, unknown>[]).find(({ role }) => role === 'assistant')

  it.each([
    [true, 'I must look.'],
    [false, ' '],
  ])('is sent to a server that misses it; known: %s', async (isThinkingKept, expected) => {
    const { upstream, engine } = await openEngine((received) =>
      assistantOf(received)?.reasoning_content
        ? OK('openai-chat')
        : refused('Missing `reasoning_content` field in the assistant message at message index 1.'),
    )
    expect(await statusOf(engine, request(isThinkingKept))).toBe('ok')
    expect(await statusOf(engine, request(isThinkingKept))).toBe('ok')
    expect(upstream.requests).toHaveLength(3)
    expect(upstream.requests.map((received) => assistantOf(received)?.reasoning_content)).toEqual([
      undefined,
      expected,
      expected,
    ])
  })

  it('is sent to DeepSeek at once, and ids of nine characters to Mistral', async () => {
    const deepseek = await openEngine(OK('openai-chat'), { server: 'deepseek' })
    await statusOf(deepseek.engine, request(true))
    const [sent] = deepseek.upstream.requests
    expect(sent && assistantOf(sent)).toMatchObject({ reasoning_content: 'I must look.' })
    expect(sent?.body).toMatchObject({ thinking: { type: 'disabled' } })
    const mistral = await openEngine(OK('openai-chat'), { server: 'mistral' })
    await statusOf(mistral.engine, request(true))
    const [received] = mistral.upstream.requests
    expect(received?.body).not.toHaveProperty('stream_options')
    expect(received?.body.messages).toMatchObject([
      {},
      { tool_calls: [{ id: '5jzgAn20W' }] },
      { tool_call_id: '5jzgAn20W' },
      {},
    ])
  })
})

describe('a text of a client that an upstream refuses', () => {
  it.each(UPSTREAM_KINDS)('is no mark against the replica of a %s upstream', async (kind) => {
    const ejected: string[] = []
    const bodies = [
      { error: { message: 'bad text', type: 'BadRequestError', code: 400 } },
      { error: 'bad text' },
      { detail: [{ loc: ['body', 'messages'], msg: 'bad text' }] },
      'bad text',
    ]
    const events = [
      { error: { message: 'bad text', type: 'BadRequestError', code: 400 } },
      { error: 'bad text' },
    ]
    const { upstream, engine } = await openEngine(
      OK(kind),
      { kind },
      { onEject: (address) => ejected.push(address) },
    )
    for (const status of [400, 413, 415, 422]) {
      for (const body of bodies) {
        upstream.script = jsonScript(body, status)
        expect(await statusOf(engine, upstreamConversation({}))).not.toBe('ok')
      }
    }
    for (const event of events) {
      upstream.script = { steps: [`event: error\ndata: ${JSON.stringify(event)}\n\n`] }
      expect(await statusOf(engine, upstreamConversation({}))).not.toBe('ok')
    }
    expect(ejected).toEqual([])
    upstream.script = OK(kind)
    expect(await statusOf(engine, upstreamConversation({}))).toBe('ok')
  })
})
