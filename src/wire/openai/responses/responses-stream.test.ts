import { describe, expect, it } from 'vitest'
import type { CollectedPart } from '../../../completion/collected-completion.ts'
import { CompletionError } from '../../../completion/completion-error.ts'
import type { CompletionEvent, StopReason } from '../../../completion/completion-event.ts'
import { describeError } from '../../error-body.ts'
import { ResponsesStream } from './responses-stream.ts'

const START = { type: 'completion-start', promptTokens: 3 } as const
const text = (words: string): CompletionEvent => ({ type: 'text-delta', text: words, completionTokens: 1 })
const thinking = (words: string): CompletionEvent => ({
  type: 'thinking-delta',
  text: words,
  completionTokens: 2,
})
const end = (stopReason: StopReason): CompletionEvent => ({
  type: 'completion-end',
  stopReason,
  stopSequence: null,
})

function newStream() {
  const kept: CollectedPart[] = []
  const stream = new ResponsesStream(
    { id: 'resp_1' },
    { customTools: new Set(), namespacedNames: new Map(), keep: (part) => kept.push(part) },
  )
  return { stream, kept }
}

function eventsIn(written: string) {
  return [...written.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json))
}

describe('ResponsesStream', () => {
  it('numbers its events, also those of later writes', () => {
    const { stream } = newStream()
    const events = eventsIn(stream.open(START) + stream.write([text('a')]) + stream.write([text('b')]))
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index))
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress'])
  })

  it('ends an item where the next kind begins, and keeps each', () => {
    const { stream, kept } = newStream()
    stream.open(START)
    const events = eventsIn(
      stream.write([
        thinking('Well'),
        { type: 'thinking-signature', signature: 'abc' },
        text('a'),
        text('b'),
        { type: 'tool-call-start', id: 'c', name: 'look', completionTokens: 1 },
        { type: 'tool-input-delta', json: '{"at":1}', completionTokens: 1 },
        end('tool-call'),
      ]),
    )
    expect(kept).toEqual([
      { type: 'thinking', text: 'Well', signature: 'abc' },
      { type: 'text', text: 'ab' },
      { type: 'tool-call', id: 'c', name: 'look', json: '{"at":1}' },
    ])
    const { type, response } = events.at(-1)
    expect(type).toBe('response.completed')
    expect(response.output.map((item: { type: string }) => item.type)).toEqual([
      'reasoning',
      'message',
      'function_call',
    ])
    expect(response.usage).toMatchObject({ input_tokens: 3, output_tokens_details: { reasoning_tokens: 2 } })
  })

  it('is incomplete, with its last item, where the completion was cut off', () => {
    const { stream } = newStream()
    stream.open(START)
    expect(eventsIn(stream.write([text('a'), end('max-tokens')])).at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', output: [{ status: 'incomplete' }] },
    })
  })

  it('reports a failure by both events that clients look for', () => {
    const { stream } = newStream()
    stream.open(START)
    const error = describeError(new CompletionError('overloaded', 'Overloaded'))
    expect(eventsIn(stream.error(error))).toMatchObject([
      { type: 'error', code: 'overloaded_error', message: 'Overloaded' },
      { type: 'response.failed', response: { status: 'failed', error: { message: 'Overloaded' } } },
    ])
  })
})
