import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstKvCells, grownKvCells } from './kv-cells.ts'

const LIMITS = { maxSequences: 8, windowCells: 8_192 }

describe('firstKvCells', () => {
  it('begins with a whole window where that is little', () => {
    expect(firstKvCells({ sizeBytes: 1e7, kvCacheBytesPerToken: 512 }, LIMITS)).toBe(8_192)
  })

  it('begins with a short conversation where a window is much beside the model', () => {
    const small = { sizeBytes: 98e6, kvCacheBytesPerToken: 23_040 }
    expect(firstKvCells(small, LIMITS)).toBe(512)
    expect(firstKvCells(small, { ...LIMITS, maxSequences: 1 })).toBe(2_048)
    const large = { sizeBytes: 5e9, kvCacheBytesPerToken: 131_072 }
    expect(firstKvCells(large, { maxSequences: 4, windowCells: 32_768 })).toBe(2_048)
  })

  it('begins with no more than a window', () => {
    expect(
      firstKvCells({ sizeBytes: 1e9, kvCacheBytesPerToken: 1e9 }, { maxSequences: 8, windowCells: 256 }),
    ).toBe(256)
  })
})

describe('grownKvCells', () => {
  it('is enough, at least doubled, and at most a window', () => {
    const cells = fc.integer({ min: 1, max: LIMITS.windowCells })
    fc.assert(
      fc.property(cells, cells, (current, needed) => {
        const grown = grownKvCells(current, needed, LIMITS.windowCells)
        expect(grown).toBeGreaterThanOrEqual(Math.max(current, needed))
        expect(grown).toBeLessThanOrEqual(LIMITS.windowCells)
        if (needed > current) expect(grown).toBeGreaterThanOrEqual(Math.min(LIMITS.windowCells, 2 * current))
        else expect(grown).toBe(current)
      }),
    )
  })
})
