import { describe, expect, it } from 'vitest'
import { findSteepGrowth } from './find-steep-growth.ts'

/** What sizes from 1 KiB on cost, each four times the one before. */
function costs(costMs: (kibibytes: number) => number) {
  return [1, 4, 16, 64, 256, 1024].map((kibibytes) => ({
    bytes: kibibytes * 1024,
    processorMs: costMs(kibibytes),
  }))
}

/** What is said of the sizes as they come, until it is certain. */
function judged(costMs: (kibibytes: number) => number): string | null {
  const all = costs(costMs)
  const found = all.map((_, index) => findSteepGrowth(all.slice(0, index + 1)))
  return found.find((growth) => growth?.isDoubtful === false)?.message ?? null
}

describe('findSteepGrowth', () => {
  it.each<[string, (kibibytes: number) => number]>([
    ['nothing but what every request costs', () => 3],
    ['as much for each byte', (kibibytes) => 2 + kibibytes / 5],
    ['a little more for each byte of many', (kibibytes) => 2 + (kibibytes * Math.log2(kibibytes)) / 20],
    ['less for more', (kibibytes) => 100 - kibibytes / 20],
    ['a little more for a little', (kibibytes) => (kibibytes < 16 ? 0.1 : 3.9)],
    ['work that is counted, up to its bound', (kibibytes) => 2 + Math.min(60, kibibytes ** 2 / 100)],
  ])('is content with %s', (_, costMs) => {
    expect(judged(costMs)).toBeNull()
  })

  it.each<[string, (kibibytes: number) => number]>([
    ['the square of a size', (kibibytes) => kibibytes ** 2 / 1000],
    [
      'the square of a size, after what is linear',
      (kibibytes) => 2 + kibibytes / 100 + kibibytes ** 2 / 10_000,
    ],
    ['a power of one and a half', (kibibytes) => kibibytes ** 1.5 / 50],
    ['two to the power of a size', (kibibytes) => 2 ** Math.min(20, kibibytes / 16)],
  ])('finds %s', (_, costMs) => {
    expect(judged(costMs)).toMatch(/times as much for each doubling, 2.5 are allowed$/)
  })
})
