import { describe, expect, it } from 'vitest'
import { flatEvents, oneByOne } from '../../test/flat-events.ts'
import type { CompletionEvent } from './completion-event.ts'
import { transformEvents } from './event-transform.ts'
import { StopSequenceFilter } from './stop-sequence-filter.ts'

async function collect(events: AsyncIterable<CompletionEvent>): Promise<CompletionEvent[]> {
  const all: CompletionEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

function filtered(
  events: AsyncIterable<CompletionEvent>,
  stopSequences: readonly string[],
): AsyncIterable<CompletionEvent> {
  const filter = new StopSequenceFilter(stopSequences)
  return flatEvents(transformEvents(oneByOne(events), (together) => filter.pushAll(together)))
}

function delta(text: string, completionTokens = 1): CompletionEvent {
  return { type: 'text-delta', text, completionTokens }
}

const START: CompletionEvent = { type: 'completion-start', promptTokens: 3 }
const END: CompletionEvent = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }

async function* source(...events: CompletionEvent[]): AsyncGenerator<CompletionEvent> {
  yield* events
}

describe('StopSequenceFilter', () => {
  it('passes on everything, with its tokens, when nothing matches', async () => {
    const events = await collect(filtered(source(START, delta('a'), delta('\n'), END), ['\n\nHuman:']))
    expect(events).toEqual([START, delta('a'), delta('\n'), END])
  })

  it('counts the tokens of held text with the text that releases it', async () => {
    const events = await collect(filtered(source(delta('\n'), delta('\n'), delta('x')), ['\n\nHuman:']))
    expect(events).toEqual([delta('\n\nx', 3)])
  })

  it('ends the completion and its source at a stop sequence', async () => {
    let isSourceEnded = false
    async function* endless(): AsyncGenerator<CompletionEvent> {
      try {
        for (;;) yield delta('ab')
      } finally {
        isSourceEnded = true
      }
    }
    const events = await collect(filtered(endless(), ['ba']))
    expect(events).toEqual([
      delta('a'),
      delta(''),
      { type: 'completion-end', stopReason: 'stop-sequence', stopSequence: 'ba' },
    ])
    expect(isSourceEnded).toBe(true)
  })

  it('releases held text before a tool call, in which it matches nothing', async () => {
    const call: CompletionEvent[] = [
      { type: 'tool-call-start', id: null, name: 'look', completionTokens: 2 },
      { type: 'tool-input-delta', json: '{"at":"STOP"}', completionTokens: 3 },
    ]
    const events = await collect(filtered(source(delta('ST'), ...call, delta('OP'), END), ['STOP']))
    expect(events).toEqual([delta('ST'), ...call, delta('OP'), END])
  })

  it('counts the tokens of a completion that consists of a stop sequence', async () => {
    const events = await collect(filtered(source(delta('ST'), delta('OP')), ['STOP']))
    expect(events).toEqual([
      delta('', 2),
      { type: 'completion-end', stopReason: 'stop-sequence', stopSequence: 'STOP' },
    ])
  })
})
