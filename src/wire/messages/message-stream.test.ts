import { describe, expect, it } from 'vitest'
import { accumulate } from '../../../test/conformance/accumulate-message.ts'
import { readEvents } from '../../../test/conformance/read-events.ts'
import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { uncachedInput } from '../../conversation/input-usage.ts'
import { describeError, errorBody } from '../error-body.ts'
import type { MessageOptions } from './message-options.ts'
import { MessageStreamWriter } from './message-stream.ts'

const END: CompletionEvent = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
const HI: CompletionEvent = { type: 'text-delta', text: 'Hi', completionTokens: 1 }
const USAGE: CompletionEvent = { type: 'prompt-usage', promptTokens: 9, reusedPromptTokens: 2 }

function newWriter(change: Partial<MessageOptions> = {}) {
  let settledCount = 0
  const writer = new MessageStreamWriter({
    id: 'msg_1',
    modelId: 'm',
    knowsFullWindow: false,
    serviceTier: 'standard',
    appliedEdits: null,
    inputUsageOf(promptTokens) {
      settledCount += 1
      return uncachedInput(promptTokens)
    },
    sign: (thinking) => `signed ${thinking}`,
    ...change,
  })
  return { writer, settledCount: () => settledCount }
}

/** The input tokens that the start and the end of a stream report. */
function inputTokens(text: string) {
  const events = readEvents(text).map(({ data }) => JSON.parse(data))
  return [
    events.find(({ type }) => type === 'message_start')?.message.usage.input_tokens,
    events.find(({ type }) => type === 'message_delta')?.usage.input_tokens,
  ]
}

describe('MessageStreamWriter where an engine reports prompt tokens late', () => {
  it('waits for them before it starts', () => {
    const { writer, settledCount } = newWriter()
    expect(writer.open({ promptTokens: null })).toBe('')
    expect(inputTokens(writer.write([USAGE]) + writer.write([HI]) + writer.write([END]))).toEqual([9, 9])
    expect(settledCount()).toBe(1)
  })

  it('finds them after the first text in the same batch', () => {
    const { writer } = newWriter()
    writer.open({ promptTokens: null })
    expect(inputTokens(writer.write([HI, USAGE, END]))).toEqual([9, 9])
  })

  it('waits no longer than for the first text, or for a ping', () => {
    for (const first of [
      (writer: MessageStreamWriter) => writer.write([HI]),
      (writer: MessageStreamWriter) => writer.ping(),
    ]) {
      const { writer, settledCount } = newWriter()
      writer.open({ promptTokens: null })
      const text = first(writer) + writer.write([HI, USAGE, USAGE, END])
      expect(inputTokens(text)).toEqual([0, 9])
      expect(settledCount()).toBe(1)
      expect(readEvents(text)[0]?.name).toBe('message_start')
    }
  })

  it('ends without them if they never come', () => {
    const { writer } = newWriter()
    expect(inputTokens(writer.open({ promptTokens: null }) + writer.write([HI, END]))).toEqual([0, 0])
  })
})

describe('MessageStreamWriter', () => {
  it('starts a new block for text after a tool call', () => {
    const { writer } = newWriter()
    const text =
      writer.open({ promptTokens: 3 }) +
      writer.write([
        { type: 'thinking-delta', text: 'a', completionTokens: 1 },
        HI,
        { type: 'tool-call-start', id: 'not valid!', name: 't', completionTokens: 1 },
        HI,
        END,
      ])
    const events = readEvents(text).flatMap(({ name, data }) => (name === 'ping' ? [] : [JSON.parse(data)]))
    expect(accumulate(events).content).toEqual([
      { type: 'thinking', thinking: 'a', signature: 'signed a' },
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: expect.stringMatching(/^toolu_/), name: 't', input: {} },
      { type: 'text', text: 'Hi' },
    ])
  })

  /** The data of the events of a whole stream, without pings. */
  function dataOf(events: readonly CompletionEvent[], change?: Partial<MessageOptions>) {
    const { writer } = newWriter(change)
    const text = writer.open({ promptTokens: 3 }) + writer.write(events)
    return readEvents(text).flatMap(({ name, data }) => (name === 'ping' ? [] : [JSON.parse(data)]))
  }

  it('signs thinking unless the engine did, and starts a new block after a signature', () => {
    const thinking: CompletionEvent = { type: 'thinking-delta', text: 'a', completionTokens: 1 }
    const events = dataOf([thinking, { type: 'thinking-signature', signature: 's' }, thinking, HI, END])
    expect(accumulate(events).content).toEqual([
      { type: 'thinking', thinking: 'a', signature: 's' },
      { type: 'thinking', thinking: 'a', signature: 'signed a' },
      { type: 'text', text: 'Hi' },
    ])
  })

  it('leaves the text of thinking out where it is not wanted', () => {
    const thinking: CompletionEvent = { type: 'thinking-delta', text: 'a', completionTokens: 1 }
    const events = dataOf([thinking, thinking, HI, END], { omitsThinking: true })
    expect(accumulate(events).content).toEqual([
      { type: 'thinking', thinking: '', signature: 'signed ' },
      { type: 'text', text: 'Hi' },
    ])
    expect(events.filter(({ delta }) => delta?.type === 'thinking_delta')).toEqual([])
    expect(events.at(-2).usage.output_tokens).toBe(3)
  })

  it('names the toolset of a call', () => {
    const call: CompletionEvent = { type: 'tool-call-start', id: 'c', name: 'zoom', completionTokens: 1 }
    const toolsetOf = (name: string) => (name === 'zoom' ? 'computer' : undefined)
    const toolsets = (change?: Partial<MessageOptions>) =>
      dataOf([call, { ...call, name: 'look' }, END], change).flatMap(({ content_block: block }) =>
        block ? [block.toolset_name] : [],
      )
    expect(toolsets({ toolsetOf })).toEqual(['computer', undefined])
    expect(toolsets()).toEqual([undefined, undefined])
  })

  it('has the fields of the newest version for clients that know it', () => {
    const thinking: CompletionEvent = { type: 'thinking-delta', text: 'a', completionTokens: 4 }
    const refused: CompletionEvent = { ...END, stopReason: 'refusal' } as CompletionEvent
    const events = dataOf([thinking, HI, refused], { newest: { inferenceGeo: 'us' } })
    expect(events[0].message).toMatchObject({
      ...{ container: null, diagnostics: null, stop_details: null },
      usage: { inference_geo: 'us', speed: 'standard', output_tokens_details: { thinking_tokens: 0 } },
    })
    expect(events.at(-2)).toMatchObject({
      delta: {
        container: null,
        stop_details: { type: 'refusal', category: null, explanation: null },
      },
      usage: { output_tokens: 5, output_tokens_details: { thinking_tokens: 4 } },
    })
    const [start, end] = [dataOf([HI, END])[0], dataOf([HI, END]).at(-2)]
    expect(Object.keys({ ...start.message, ...start.message.usage })).not.toEqual(
      expect.arrayContaining(['stop_details']),
    )
    expect(Object.keys({ ...end.delta, ...end.usage })).not.toEqual(expect.arrayContaining(['stop_details']))
  })

  it('writes nothing for empty text, and keeps the input of a tool call in its block', () => {
    const events = dataOf([
      { type: 'text-delta', text: '', completionTokens: 1 },
      { type: 'thinking-delta', text: '', completionTokens: 1 },
      { type: 'tool-call-start', id: 'c1', name: 't', completionTokens: 1 },
      { type: 'tool-input-delta', json: '{"a":1}', completionTokens: 4 },
      END,
    ])
    expect(accumulate(events).content).toEqual([{ type: 'tool_use', id: 'c1', name: 't', input: { a: 1 } }])
    expect(events.at(-2).usage.output_tokens).toBe(7)
  })

  it('ends with the stop reason, the stop sequence and the applied edits', () => {
    const full: CompletionEvent = { ...END, stopReason: 'context-window' }
    expect(dataOf([HI, full]).at(-2)).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'max_tokens', stop_sequence: null },
      usage: expect.objectContaining({ input_tokens: 3, output_tokens: 1 }),
    })
    const stopped: CompletionEvent = { ...END, stopReason: 'stop-sequence', stopSequence: 'X' }
    expect(dataOf([HI, stopped], { appliedEdits: [] }).at(-2)).toMatchObject({
      delta: { stop_reason: 'stop_sequence', stop_sequence: 'X' },
      context_management: { applied_edits: [] },
    })
    expect(dataOf([HI, full], { knowsFullWindow: true }).at(-2)).toMatchObject({
      delta: { stop_reason: 'model_context_window_exceeded' },
    })
  })

  it('writes an error as the API’s error envelope', () => {
    const { writer } = newWriter()
    const error = describeError(new CompletionError('overloaded', 'Overloaded'))
    expect(readEvents(writer.error(error, 'req_1'))).toEqual([
      { name: 'error', data: JSON.stringify(errorBody(error, 'req_1')) },
    ])
  })
})
