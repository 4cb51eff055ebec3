import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BodyBytes } from './body-bytes.ts'

describe('BodyBytes', () => {
  it('joins pieces of any lengths', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 150_000 })), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(lengths, (all) => {
        const pieces = all.map((length, index) => Buffer.alloc(length, index + 1))
        const bytes = new BodyBytes()
        for (const piece of pieces) bytes.add(piece)
        expect(bytes.length).toBe(all.reduce((sum, length) => sum + length, 0))
        expect(Buffer.compare(bytes.join(), Buffer.concat(pieces))).toBe(0)
      }),
    )
  })

  it('keeps no piece of a body that comes in several', () => {
    const pieces = Array.from({ length: 4 }, () => Buffer.from('a'))
    const bytes = new BodyBytes()
    for (const piece of pieces) bytes.add(piece)
    for (const piece of pieces) piece.fill('b')
    expect(Buffer.from(bytes.join()).toString()).toBe('aaaa')
  })
})
