import { describe, expect, it } from 'vitest'
import { chooseDraftLength } from './choose-draft-length.ts'

const free = () => 1
/** Two cores without tile kernels: the second token costs more than the first. */
const twoCores = (tokens: number) => 1 + 1.2 + 0.5 * (tokens - 1)
const all = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('chooseDraftLength', () => {
  it.each([
    ['all that is there, where it is free', [[0.5, 0.6]], free, 2],
    ['none, where it costs as much as it brings', [all(16)], (tokens: number) => 1 + tokens, 0],
    ['none, where too few are accepted', [[0.9, 1.2, 1.4]], twoCores, 0],
    ['a long one, where short ones do not pay', [all(16)], twoCores, 16],
    ['none for one that is short, where only long ones pay', [all(16), all(1)], twoCores, 0],
    [
      'what the one that gains least gains most from',
      [
        [1, 2, 3],
        [0.9, 1, 1.05],
      ],
      (n: number) => 1 + n / 4,
      1,
    ],
    ['none without sequences that have any', [[], all(3)], free, 0],
  ])('chooses %s', (_, expected, costOf, tokens) => {
    expect(chooseDraftLength(expected, costOf).tokens).toBe(tokens)
  })

  it('says how much faster the slowest is', () => {
    expect(chooseDraftLength([all(4)], () => 2)).toEqual({ tokens: 4, speedUp: 2.5 })
  })
})
