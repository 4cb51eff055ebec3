import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalCents } from './decimal-cents.ts'

describe('decimalCents', () => {
  it.each([
    [0n, '0'],
    [1n, '0.0000001'],
    [10_000_000n, '1'],
    [1_237_891_200n, '123.78912'],
    [1_000_000_010_000_000n, '100000001'],
    [123_456_789_012_345_678_901n, '12345678901234.5678901'],
  ])('writes %s nano-dollars as %s cents', (nanoDollars, text) => {
    expect(decimalCents(nanoDollars)).toBe(text)
  })

  it('is exact and has no zeros at its end', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (nanoDollars) => {
        const text = decimalCents(nanoDollars)
        expect(text).toMatch(/^(?:0|[1-9]\d*)(?:\.\d{0,6}[1-9])?$/)
        const [cents = '', decimals = ''] = text.split('.')
        expect(BigInt(cents + decimals.padEnd(7, '0'))).toBe(nanoDollars)
      }),
    )
  })
})
