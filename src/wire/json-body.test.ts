import { expect, test } from 'vitest'
import { MAX_JSON_DEPTH, MAX_JSON_KEYS, MAX_JSON_MEMBERS, parseJsonBody } from './json-body.ts'

const parse = (text: string) => parseJsonBody(new TextEncoder().encode(text))
const parseBytes = (...bytes: number[]) => parseJsonBody(new Uint8Array(bytes))

const refused = (reason: string) =>
  expect.objectContaining({
    code: 'malformed-json',
    message: `The request body is not valid JSON: ${reason}`,
  })

test('an object is read', () => {
  expect(parse(' {"a":[1,"x",null]}\n')).toEqual({ a: [1, 'x', null] })
})

test('a byte order mark is skipped', () => {
  expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 })
})

test('of a key that comes twice the last counts', () => {
  expect(parse('{"a":1,"a":2}')).toEqual({ a: 2 })
})

test('__proto__ is a key like any other', () => {
  expect(Object.keys(parse('{"__proto__":{"a":1}}'))).toEqual(['__proto__'])
})

test.each([
  ['', 'input is a zero-length, empty document: line 1 column 1 (char 0)'],
  [' \n', 'input is a zero-length, empty document: line 1 column 1 (char 0)'],
  ['[]', 'expected an object: line 1 column 1 (char 0)'],
  ['"x"', 'expected an object: line 1 column 1 (char 0)'],
  ['null', 'expected an object: line 1 column 1 (char 0)'],
  ['7', 'expected an object: line 1 column 1 (char 0)'],
  ['{"a":', 'unexpected end of data: line 1 column 6 (char 5)'],
  ['{\n "a": x}', 'unexpected character: line 2 column 7 (char 8)'],
  ['{"😀é": x}', 'unexpected character: line 1 column 8 (char 7)'],
  ['{"a":"\\ud83d"}', 'no low surrogate in string: line 1 column 13 (char 12)'],
  ['{"a":"\\ude00 \\ud83d"}', 'invalid high surrogate in string: line 1 column 7 (char 6)'],
  ['{"a":"\u0000"}', 'unexpected control character in string: line 1 column 7 (char 6)'],
])('%j', (text, reason) => {
  expect(() => parse(text)).toThrow(refused(reason))
})

test('broken UTF-8 is refused where it breaks', () => {
  const reason = 'invalid UTF-8 encoding: line 1 column 3 (char 2)'
  expect(() => parseBytes(0x7b, 0x22, 0xff, 0x22, 0x7d)).toThrow(refused(reason))
  // A lone surrogate, as some encoders write it.
  expect(() => parseBytes(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d)).toThrow(refused(reason))
  // A replacement character that was meant, then a character cut in half.
  const cut = 'invalid UTF-8 encoding: line 1 column 4 (char 3)'
  expect(() => parseBytes(0x7b, 0x22, 0xef, 0xbf, 0xbd, 0xe2, 0x82)).toThrow(refused(cut))
})

test('depth is bounded', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  expect(() => parse(nested(MAX_JSON_DEPTH))).not.toThrow()
  expect(() => parse(nested(MAX_JSON_DEPTH + 1))).toThrow('nested deeper than 64 levels')
})

test('the number of members is bounded', () => {
  const wide = (members: number) => `{"a":[${Array.from({ length: members }, () => '0').join(',')}]}`
  expect(() => parse(wide(MAX_JSON_MEMBERS - 1))).not.toThrow()
  expect(() => parse(wide(MAX_JSON_MEMBERS))).toThrow('more than 2000000 members')
})

test('the number of keys is bounded', () => {
  const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"${index}":0`).join(',')}}`
  expect(() => parse(keys(MAX_JSON_KEYS))).not.toThrow()
  expect(() => parse(keys(MAX_JSON_KEYS + 1))).toThrow('more than 250000 keys')
})

test('brackets and commas inside of strings are text', () => {
  const text = `${'['.repeat(1000)}\\"${','.repeat(1000)}\\\\`
  expect(() => parse(`{"a":"${text}","b":["${text}"]}`)).not.toThrow()
})

test('megabytes of brackets, quotes or backslashes are refused', () => {
  for (const piece of ['[', '"', '"\\', '\\"', '{"a":', ' ']) {
    expect(() => parse(piece.repeat(4_000_000))).toThrow('not valid JSON')
  }
})
