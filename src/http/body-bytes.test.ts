import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BodyBytes } from './body-bytes.ts'

describe('BodyBytes', () => {
  it('joins chunks of any lengths', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 150_000 })), {
      maxLength: 20,
    })
    fc.assert(
      fc.property(lengths, (all) => {
        const chunks = all.map((length, index) => Buffer.alloc(length, index + 1))
        const bytes = new BodyBytes()
        for (const chunk of chunks) bytes.add(chunk)
        expect(bytes.length).toBe(all.reduce((sum, length) => sum + length, 0))
        expect(Buffer.compare(bytes.join(), Buffer.concat(chunks))).toBe(0)
      }),
    )
  })

  it('keeps no chunk of a body that comes in several', () => {
    const chunks = Array.from({ length: 4 }, () => Buffer.from('a'))
    const bytes = new BodyBytes()
    for (const chunk of chunks) bytes.add(chunk)
    for (const chunk of chunks) chunk.fill('b')
    expect(Buffer.from(bytes.join()).toString()).toBe('aaaa')
  })
})
