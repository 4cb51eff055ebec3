import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EngineOutput } from '../protocol/engine-messages.ts'
import { MAX_HOLD_MS, OutputBuffer } from './output-buffer.ts'

function setUp() {
  const reports: (readonly EngineOutput[])[] = []
  const clock = { ms: 0 }
  const pending = new OutputBuffer(
    (outputs) => reports.push(structuredClone(outputs)),
    () => clock.ms,
  )
  return { reports, clock, pending }
}

describe('PendingNotices', () => {
  it('tells the first text of a request at once, and joins what follows for a few milliseconds', () => {
    const { reports, clock, pending } = setUp()
    pending.addText(1, 'a', 1)
    pending.endStep(1)
    expect(reports).toEqual([[{ type: 'delta', id: 1, text: 'a', completionTokens: 1 }]])
    for (const text of 'bcdefghijklmnopqrst') {
      clock.ms++
      pending.addText(1, text, 1)
      pending.endStep(1)
    }
    expect(reports.slice(1)).toEqual([
      [{ type: 'delta', id: 1, text: 'bcdefghijklmnopq', completionTokens: MAX_HOLD_MS }],
    ])
  })

  it('holds nothing back where the next step takes long', () => {
    const { reports, clock, pending } = setUp()
    for (const text of 'abc') {
      pending.addText(1, text, 1)
      pending.endStep(MAX_HOLD_MS + 1)
      clock.ms++
    }
    expect(reports).toHaveLength(3)
  })

  it('tells what waits together with what must not wait, in order', () => {
    const { reports, pending } = setUp()
    pending.addText(1, 'a', 1)
    pending.endStep(1)
    pending.addText(1, 'b', 1)
    pending.endStep(1)
    pending.add({ type: 'end', id: 1, stopReason: 'max-tokens' })
    pending.endStep(1)
    expect(reports[1]?.map(({ type }) => type)).toEqual(['delta', 'end'])
  })

  it('says of a prefill how long ago it began', () => {
    const { reports, clock, pending } = setUp()
    pending.addPrefill(1, 7)
    clock.ms += 30
    pending.endStep(1)
    expect(reports).toEqual([[{ type: 'prefill', id: 1, reusedPromptTokens: 7, agoMs: 30 }]])
  })

  it('loses nothing and mixes nothing up, however long the steps are', () => {
    const step = fc.record({ id: fc.nat(3), text: fc.string({ maxLength: 3 }), takesMs: fc.nat(12) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { reports, clock, pending } = setUp()
        for (const { id, text, takesMs } of steps) {
          clock.ms += takesMs
          pending.addText(id, text, 1)
          pending.endStep(takesMs)
        }
        pending.endStep(Number.POSITIVE_INFINITY)
        const deltas = reports.flat().filter((output) => output.type === 'delta')
        for (const id of [0, 1, 2, 3]) {
          const own = steps.filter((one) => one.id === id)
          const told = deltas.filter((delta) => delta.id === id)
          expect(told.map(({ text }) => text).join('')).toBe(own.map(({ text }) => text).join(''))
          expect(told.reduce((sum, delta) => sum + delta.completionTokens, 0)).toBe(own.length)
        }
      }),
    )
  })
})
