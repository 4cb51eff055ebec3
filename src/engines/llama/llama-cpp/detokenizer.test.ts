import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Detokenizer } from './detokenizer.ts'

function detokenize(bytes: Uint8Array, cuts: readonly number[]): { text: string; pieces: string[] } {
  const detokenizer = new Detokenizer()
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  )
  const pieces = places.slice(1).map((end, index) => detokenizer.push(bytes.subarray(places[index], end)))
  return { text: pieces.join(''), pieces }
}

describe('Detokenizer', () => {
  it('returns the same text however its bytes are split, and never half a character', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', 'お', '😀', '\n'), maxLength: 20 })
    fc.assert(
      fc.property(text, fc.array(fc.nat(100)), (whole, cuts) => {
        const found = detokenize(Buffer.from(whole, 'utf8'), cuts)
        expect(found.text).toBe(whole)
        for (const piece of found.pieces) expect(piece).not.toMatch(/\p{Surrogate}/u)
        expect(found.text).not.toContain('\ufffd')
      }),
    )
  })

  it('returns whole pieces unchanged', () => {
    expect(new Detokenizer().push(' word')).toBe(' word')
  })

  it('turns bytes that cannot become a character into U+FFFD', () => {
    const detokenizer = new Detokenizer()
    expect(detokenizer.push(Uint8Array.of(0xe3))).toBe('')
    expect(detokenizer.push('x')).toBe('\ufffdx')
    expect(detokenizer.push(Uint8Array.of(0x80))).toBe('\ufffd')
  })

  it('keeps a byte order mark', () => {
    expect(new Detokenizer().push(Uint8Array.of(0xef, 0xbb, 0xbf))).toBe('\ufeff')
  })
})
