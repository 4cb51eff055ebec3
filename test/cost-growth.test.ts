import { describe, expect, it } from 'vitest'
import { type CostPair, ratioOf } from './cost-growth.ts'

/** Pairs of sizes that differ by a factor, in moments that slow work down by so much each. */
function pairs(factor: number, slowdowns: readonly (readonly [small: number, large: number])[]): CostPair[] {
  return slowdowns.map(([small, large]) => ({ smallMs: 4 * small, largeMs: 4 * factor * large }))
}

describe('ratioOf', () => {
  it('is that of the least costs', () => {
    expect(
      ratioOf(
        pairs(8, [
          [3, 1],
          [1, 2],
          [2, 3],
        ]),
      ),
    ).toBe(8)
  })

  it('is that of costs in the same moments, when one moment was quiet for the small input alone', () => {
    expect(
      ratioOf(
        pairs(8, [
          [1, 3],
          [3, 3],
          [2, 2],
          [3, 4],
          [4, 3],
        ]),
      ),
    ).toBe(8)
  })

  it('is not that of the one moment that was quiet for the large input alone', () => {
    expect(
      ratioOf(
        pairs(4, [
          [1, 1],
          [4, 1],
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
      ),
    ).toBe(4)
  })

  it('takes shorter times than the clock tells for a millisecond', () => {
    expect(ratioOf([{ smallMs: 0, largeMs: 9 }])).toBe(9)
    expect(ratioOf([])).toBe(Number.POSITIVE_INFINITY)
  })
})
