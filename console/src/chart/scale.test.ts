import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelStep, scaleFor } from './scale.ts'

describe('scaleFor', () => {
  it.each([
    [100, [0, 25, 50, 75, 100]],
    [406, [0, 200, 400, 600]],
    [7, [0, 2, 4, 6, 8]],
    [0.03, [0, 0.01, 0.02, 0.03]],
  ])('an axis up to %d has the ticks %j', (largest, ticks) => {
    const scale = scaleFor(largest)
    expect(scale.ticks.map((tick) => Number(tick.toPrecision(6)))).toEqual(ticks)
    expect(scale.max).toBe(scale.ticks.at(-1))
  })

  it('has whole ticks for counts, and something to show for nothing', () => {
    expect(scaleFor(3, { isCount: true }).ticks).toEqual([0, 1, 2, 3])
    expect(scaleFor(1, { isCount: true }).ticks).toEqual([0, 1])
    for (const nothing of [0, -1, Number.NaN]) expect(scaleFor(nothing)).toEqual({ max: 1, ticks: [0, 1] })
  })

  it('reaches every value with few ticks', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e15, noNaN: true }), fc.boolean(), (largest, isCount) => {
        const { max, ticks } = scaleFor(largest, { isCount })
        expect(max).toBeGreaterThanOrEqual(largest * (1 - 1e-8))
        expect(ticks.length).toBeLessThanOrEqual(6)
        expect(ticks[0]).toBe(0)
      }),
    )
  })
})

it('labelStep shows at most as many labels as fit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 40 }), (count, most) => {
      expect(Math.ceil(count / labelStep(count, most))).toBeLessThanOrEqual(Math.max(1, most))
    }),
  )
})
