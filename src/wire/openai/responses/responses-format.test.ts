import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompletionEvent, StopReason } from '../../../completion/completion-event.ts'
import type { AssistantPart } from '../../../completion/turn.ts'
import { describeError } from '../../error-body.ts'
import { responsesFormat } from './responses-format.ts'
import type { EchoedFields } from './responses-params.ts'

const START = { type: 'completion-start', promptTokens: 3 } as const
const text = (words: string): CompletionEvent => ({ type: 'text-delta', text: words, completionTokens: 1 })
const thinking = (words: string): CompletionEvent => ({
  type: 'thinking-delta',
  text: words,
  completionTokens: 2,
})
const call = (name: string, ...pieces: string[]): CompletionEvent[] => [
  { type: 'tool-call-start', id: 'c1', name, completionTokens: 1 },
  ...pieces.map((json): CompletionEvent => ({ type: 'tool-input-delta', json, completionTokens: 1 })),
]
const end = (stopReason: StopReason = 'end-of-generation'): CompletionEvent => ({
  type: 'completion-end',
  stopReason,
  stopSequence: null,
})

type Json = Readonly<Record<string, unknown>>

function formatOf(options: { echoed?: Partial<EchoedFields>; store?: boolean } = {}) {
  const kept: AssistantPart[] = []
  const format = responsesFormat({
    modelId: 'm',
    store: options.store ?? true,
    customTools: new Set(['patch']),
    namespacedNames: new Map([['sky__weather', { namespace: 'sky', name: 'weather' }]]),
    echoed: (options.echoed ?? {}) as EchoedFields,
    nowMs: 5_000,
    keepItem: (_, part) => kept.push(part),
  })
  return { format, kept }
}

function bodyOf(...events: CompletionEvent[]) {
  return formatOf().format.body([START, ...events]) as Json
}

/** The events of a stream, which are checked for what all have in common. */
function streamOf(events: readonly CompletionEvent[]): Json[] {
  const writer = formatOf().format.streamWriter()
  const sent = writer.open(START) + events.map((event) => writer.write([event])).join('')
  expect(sent).not.toMatch(/[\u0080-\uffff]/)
  return read(sent)
}

function read(sent: string): Json[] {
  const all = sent.split('\n\n').filter((event) => event !== '')
  return all.map((event, index) => {
    const [, name, data = ''] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? []
    const json = JSON.parse(data) as Json
    expect(json.type).toBe(name)
    expect(json.sequence_number).toBe(index)
    return json
  })
}

const typesOf = (events: readonly Json[]) => events.map(({ type }) => String(type).replace(/^response\./, ''))

/** Every response has ids of its own. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner) => (key === 'id' ? undefined : inner))
}

describe('responsesFormat', () => {
  it('writes a response with everything that a model can write', () => {
    const body = bodyOf(
      thinking('Hm.'),
      { type: 'thinking-signature', signature: 's' },
      text('So.'),
      ...call('look', '{"at":', '1}'),
      end(),
    )
    expect(body).toMatchObject({
      object: 'response',
      created_at: 5,
      model: 'm',
      status: 'completed',
      incomplete_details: null,
      usage: {
        input_tokens: 3,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 6,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 9,
      },
    })
    expect(body.id).toMatch(/^resp_\w{32}$/)
    expect(body.output).toEqual([
      {
        id: expect.stringMatching(/^rs_/),
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Hm.' }],
        encrypted_content: 'continuo:s',
        status: 'completed',
      },
      {
        id: expect.stringMatching(/^msg_/),
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'So.', annotations: [], logprobs: [] }],
      },
      {
        id: expect.stringMatching(/^fc_/),
        type: 'function_call',
        call_id: 'c1',
        name: 'look',
        arguments: '{"at":1}',
        status: 'completed',
      },
    ])
  })

  it.each<[StopReason, string | null]>([
    ['end-of-generation', null],
    ['tool-call', null],
    ['max-tokens', 'max_output_tokens'],
    ['context-window', 'max_output_tokens'],
    ['refusal', 'content_filter'],
  ])('says how a response that ended for %s is incomplete', (stopReason, reason) => {
    const body = bodyOf(text('a'), end(stopReason))
    const status = reason === null ? 'completed' : 'incomplete'
    expect(body).toMatchObject({ status, incomplete_details: reason === null ? null : { reason } })
    expect(body.output).toMatchObject([{ status }])
    expect(streamOf([text('a'), end(stopReason)]).at(-1)?.type).toBe(`response.${status}`)
  })

  it('repeats fields of the request, but for long ones', () => {
    const echoed = { instructions: 'x'.repeat(100_000), temperature: 0.5, metadata: { a: 'b' } }
    expect(formatOf({ echoed }).format.body([START, end()])).toMatchObject({
      instructions: null,
      temperature: 0.5,
      metadata: { a: 'b' },
      tools: [],
      text: { format: { type: 'text' } },
    })
  })

  it('streams the events of a message', () => {
    const events = streamOf([text('Hel'), text('lo\u2028"'), end()])
    expect(typesOf(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ])
    expect(events[0]).toMatchObject({ response: { status: 'in_progress', output: [], usage: null } })
    expect(events[6]).toMatchObject({ text: 'Hello\u2028"', output_index: 0, content_index: 0 })
    expect(new Set(events.slice(3, 8).map(({ item_id }) => item_id)).size).toBe(1)
  })

  it('streams the events of thinking', () => {
    const events = streamOf([thinking('H'), thinking('m'), text('So.'), end()])
    expect(typesOf(events).slice(2, 9)).toEqual([
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
    ])
  })

  it('streams the events of a call, whose arguments are never empty', () => {
    const events = streamOf([...call('look'), end('tool-call')])
    expect(typesOf(events).slice(2, -1)).toEqual([
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
    ])
    expect(events[4]).toMatchObject({ name: 'look', arguments: '{}' })
  })

  it('passes the text of a custom tool on without the JSON around it', () => {
    const calls = [...call('patch', '{"input":', '"a\\nb"}'), end('tool-call')]
    const events = streamOf(calls)
    expect(typesOf(events).slice(2, -1)).toEqual([
      'output_item.added',
      'custom_tool_call_input.delta',
      'custom_tool_call_input.done',
      'output_item.done',
    ])
    expect(events[3]).toMatchObject({ delta: 'a\nb' })
    expect(bodyOf(...calls).output).toMatchObject([
      { type: 'custom_tool_call', name: 'patch', input: 'a\nb' },
    ])
  })

  it('ends a stream that fails with both events by which clients know it', () => {
    const writer = formatOf().format.streamWriter()
    const sent = writer.open(START) + writer.error(describeError(new Error('secret')), 'req_1')
    expect(read(sent).slice(2)).toMatchObject([
      { type: 'error', code: 'api_error', message: 'Internal server error' },
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error' } } },
    ])
    expect(sent).not.toContain('secret')
  })

  it('ends a stream with what it would have been without streaming', () => {
    const anyText = fc.constantFrom('a', '"', '\\', '\n', '👩‍🚀', '\u2028', 'ü')
    const anyEvents = fc.array(
      fc.oneof(
        anyText.map((words) => [text(words)]),
        fc
          .tuple(fc.constantFrom('look', 'patch'), fc.array(anyText))
          .map(([name, pieces]) => call(name, ...pieces)),
      ),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(fc.array(anyText.map(thinking), { maxLength: 3 }), anyEvents, (before, rest) => {
        const events = [...before, ...rest.flat(), end()]
        const last = streamOf(events).at(-1)
        expect(withoutIds(last?.response)).toEqual(withoutIds(bodyOf(...events)))
      }),
    )
  })

  it('keeps every item that a later request may refer to, if it is to store them', () => {
    const events = [START, thinking('Hm.'), text('So.'), ...call('look', '{"at":1}'), end()]
    const parts = [
      { type: 'thinking', text: 'Hm.', signature: null },
      { type: 'text', text: 'So.' },
      { type: 'tool-call', id: 'c1', name: 'look', input: { at: 1 } },
    ]
    const whole = formatOf()
    whole.format.body(events)
    expect(whole.kept).toEqual(parts)
    const streamed = formatOf()
    streamed.format.streamWriter().write(events)
    expect(streamed.kept).toEqual(parts)
    const unstored = formatOf({ store: false })
    unstored.format.body(events)
    unstored.format.streamWriter().write(events)
    expect(unstored.kept).toEqual([])
  })

  it('has the scores of the tokens of each text, streamed and whole', () => {
    const scored = (words: string): CompletionEvent => ({
      type: 'completion-tokens',
      tokens: [{ text: words, bytes: null, logprob: -1, top: [], isControl: false }],
    })
    const events = [
      scored('a'),
      text('a'),
      scored('b'),
      text('b'),
      ...call('look'),
      scored('c'),
      text('c'),
      end(),
    ]
    const of = (words: string) => ({
      token: words,
      logprob: -1,
      bytes: [...Buffer.from(words)],
      top_logprobs: [],
    })
    const output = [
      { content: [{ text: 'ab', logprobs: [of('a'), of('b')] }] },
      { type: 'function_call' },
      { content: [{ text: 'c', logprobs: [of('c')] }] },
    ]
    expect(bodyOf(...events)).toMatchObject({ output })
    const streamed = streamOf(events)
    expect(streamed.at(-1)).toMatchObject({ response: { output } })
    const deltas = streamed.filter(({ type }) => type === 'response.output_text.delta')
    expect(deltas).toMatchObject([{ logprobs: [of('a')] }, { logprobs: [of('b')] }, { logprobs: [of('c')] }])
  })

  it('calls the tools of a namespace as its client does', () => {
    const named = { type: 'function_call', name: 'weather', namespace: 'sky' }
    const events = [...call('sky__weather', '{}'), end('tool-call')]
    expect(bodyOf(...events)).toMatchObject({ output: [named] })
    const streamed = streamOf(events)
    expect(streamed.at(-1)).toMatchObject({ response: { output: [named] } })
    expect(streamed.find(({ type }) => type === 'response.output_item.added')).toMatchObject({ item: named })
  })
})
