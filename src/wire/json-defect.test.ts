import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonDefect } from './json-defect.ts'

test.each([
  ['', 'unexpected end of data', 0],
  ['  ', 'unexpected end of data', 2],
  ['{"a":', 'unexpected end of data', 5],
  ['{"a"', 'unexpected end of data', 4],
  ['{"a" 1}', 'unexpected character', 5],
  ["{'a':1}", 'unexpected character', 1],
  ['{"a":1 "b":2}', 'unexpected character', 7],
  ['[1 2]', 'unexpected character', 3],
  ['[1}', 'unexpected character', 2],
  ['{}x', 'unexpected content after document', 2],
  ['[1,]', 'trailing comma is not allowed', 2],
  ['{"a":1,}', 'trailing comma is not allowed', 6],
  ['[,1]', 'unexpected character', 1],
  ['tru', 'invalid literal', 0],
  ['nan', 'invalid literal', 0],
  ['NaN', 'unexpected character', 0],
  ['01', 'number with leading zero is not allowed', 1],
  ['-', 'no digit after minus sign', 1],
  ['-a', 'no digit after minus sign', 1],
  ['1.', 'no digit after decimal point', 2],
  ['1e+', 'no digit after exponent sign', 3],
  ['+1', 'unexpected character', 0],
  ['.5', 'unexpected character', 0],
  ['"abc', 'unclosed string', 0],
  ['"a\nb"', 'unexpected control character in string', 2],
  ['"\\x"', 'invalid escaped character in string', 1],
  ['"\\u12g4"', 'invalid escaped sequence in string', 1],
  ['"ab\\ud83d"', 'no low surrogate in string', 9],
  ['"\\ud83d\\n"', 'no low surrogate in string', 7],
  ['"\\ud83d\\ud83d"', 'invalid low surrogate in string', 7],
  ['"\\ud83d\\u0041"', 'invalid low surrogate in string', 7],
  ['"\\ude00"', 'invalid high surrogate in string', 1],
])('%j: %s', (text, reason, index) => {
  expect(findJsonDefect(text)).toEqual({ reason, index })
})

test.each([
  '{}',
  ' [ ] ',
  '{"a":{"b":[1,-0,0.5,1e9,-1.5E-3]},"c":"\\u00e9\\ud83d\\ude00\\"\\\\\\/\\b\\f\\n\\r\\t","d":[true,false,null]}\r\n',
])('%j is JSON', (text) => {
  expect(findJsonDefect(text)).toBe(null)
})

test('finds no defect in what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.constantFrom(0, 2), (value, indent) => {
      expect(findJsonDefect(JSON.stringify(value, null, indent))).toBe(null)
    }),
  )
})

test('agrees with JSON.parse about damaged JSON', () => {
  const damage = fc.record({
    value: fc.jsonValue(),
    at: fc.nat(),
    removed: fc.nat({ max: 3 }),
    inserted: fc.string({ unit: fc.constantFrom(...'{}[],:"\\u0123ab.-+eE tn\n\u0001') }),
  })
  fc.assert(
    fc.property(damage, ({ value, at, removed, inserted }) => {
      const text = JSON.stringify(value)
      const start = at % (text.length + 1)
      const damaged = text.slice(0, start) + inserted + text.slice(start + removed)
      expect(findJsonDefect(damaged) === null).toBe(isJson(damaged))
    }),
    { numRuns: 2000 },
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
