import * as fc from 'fast-check'

/**
 * Any code point, surrogates too, with the first ones preferred. It is what fast-check's unit `'binary'` is, which takes half a
 * second to make.
 */
export const codePoint: fc.Arbitrary<string> = fc
  .oneof(fc.integer({ min: 0, max: 0x10ffff }), fc.integer({ min: 0, max: 0x7f }))
  .map((code) => String.fromCodePoint(code))
