import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { EngineOutput } from '../protocol/engine-message.ts'
import { splitGroups } from '../protocol/grouped-text.ts'
import { MAX_HOLD_MS, OutputBuffer } from './output-buffer.ts'

function setUp() {
  const sent: (readonly EngineOutput[])[] = []
  const clock = { ms: 0 }
  const buffer = new OutputBuffer(
    (outputs) => sent.push(structuredClone(outputs)),
    () => clock.ms,
  )
  const addText = (id: number, text: string) => buffer.add(id, textDelta(text, 1))
  return { sent, clock, buffer, addText }
}

function textDelta(text: string, completionTokens: number): CompletionEvent {
  return { type: 'text-delta', text, completionTokens }
}

const END: CompletionEvent = { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }

describe('OutputBuffer', () => {
  it('sends the first text of a request at once, and joins the next for a few milliseconds', () => {
    const { sent, clock, buffer, addText } = setUp()
    addText(1, 'a')
    buffer.endStep(1)
    expect(sent).toEqual([[{ id: 1, events: [textDelta('a', 1)] }]])
    for (const text of 'bcdefghijklmnopqrst') {
      clock.ms++
      addText(1, text)
      buffer.endStep(1)
    }
    const joined = { ...textDelta('bcdefghijklmnopq', MAX_HOLD_MS), pieces: expect.anything() }
    expect(sent.slice(1)).toEqual([[{ id: 1, events: [joined] }]])
  })

  it('lets the receiver take joined texts apart again', () => {
    const { sent, buffer } = setUp()
    const deltas = [textDelta('a', 1), textDelta('', 1), textDelta('\u{1F600}', 3), textDelta('b', 1)]
    for (const delta of deltas) buffer.add(1, { ...delta })
    buffer.add(1, END)
    buffer.endStep(1)
    const [[output] = []] = sent
    expect(output && 'events' in output ? splitGroups(output.events) : null).toEqual([...deltas, END])
  })

  it('holds no text when the next step takes long', () => {
    const { sent, clock, buffer, addText } = setUp()
    for (const text of 'abc') {
      addText(1, text)
      buffer.endStep(MAX_HOLD_MS + 1)
      clock.ms++
    }
    expect(sent).toHaveLength(3)
  })

  it('sends held text together with an event that is not held, in order', () => {
    const { sent, buffer, addText } = setUp()
    addText(1, 'a')
    buffer.endStep(1)
    addText(1, 'b')
    buffer.endStep(1)
    addText(2, 'c')
    buffer.add(1, END)
    buffer.endStep(1)
    expect(sent[1]).toEqual([
      { id: 1, events: [textDelta('b', 1), END] },
      { id: 2, events: [textDelta('c', 1)] },
    ])
  })

  it('sends an error after the events of its request', () => {
    const { sent, buffer, addText } = setUp()
    const error = { code: 'engine-failed', message: 'it broke' } as const
    buffer.add(1, { type: 'completion-start', promptTokens: 3 })
    addText(1, 'a')
    buffer.fail(1, error)
    buffer.endStep(1)
    expect(sent).toEqual([
      [
        { id: 1, events: [{ type: 'completion-start', promptTokens: 3 }, textDelta('a', 1)] },
        { id: 1, error },
      ],
    ])
  })

  it('reports how long before the message a prefill began', () => {
    const { sent, clock, buffer } = setUp()
    buffer.add(1, { type: 'prefill-start', reusedPromptTokens: 7 })
    clock.ms += 30
    buffer.endStep(1)
    expect(sent).toEqual([[{ id: 1, events: [{ type: 'prefill-start', reusedPromptTokens: 7, agoMs: 30 }] }]])
  })

  it('loses and mixes no text, however long the steps are', () => {
    const step = fc.record({ id: fc.nat(3), text: fc.string({ maxLength: 3 }), takesMs: fc.nat(12) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { sent, clock, buffer, addText } = setUp()
        for (const { id, text, takesMs } of steps) {
          clock.ms += takesMs
          addText(id, text)
          buffer.endStep(takesMs)
        }
        buffer.endStep(Number.POSITIVE_INFINITY)
        for (const id of [0, 1, 2, 3]) {
          const own = steps.filter((one) => one.id === id)
          const received = textOf(sent.flat().filter((output) => output.id === id))
          expect(received).toEqual([own.map(({ text }) => text).join(''), own.length])
        }
      }),
    )
  })
})

function textOf(outputs: readonly EngineOutput[]): [text: string, completionTokens: number] {
  let text = ''
  let completionTokens = 0
  for (const event of outputs.flatMap((output) => ('events' in output ? output.events : []))) {
    if (event.type !== 'text-delta') continue
    text += event.text
    completionTokens += event.completionTokens
  }
  return [text, completionTokens]
}
