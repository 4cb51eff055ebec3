import { describe, expect, test } from 'vitest'
import { WorkSlices } from '../util/work-slices.ts'
import { parseJsonBody } from './json-body.ts'
import { MAX_JSON_DEPTH, MAX_UNITS_IN_ONE_GO } from './parse-json-text.ts'

const parseBytes = (bytes: Uint8Array) =>
  parseJsonBody(bytes, { slices: new WorkSlices(), holdMembers: () => undefined })
const parse = (text: string) => parseBytes(new TextEncoder().encode(text))
/** The same in a body that is read in slices. */
const parseLong = (text: string) => parse(text + ' '.repeat(MAX_UNITS_IN_ONE_GO))

const refused = (reason: string) =>
  expect.objectContaining({
    code: 'malformed-json',
    message: `The request body is not valid JSON: ${reason}`,
  })

describe.each([
  ['in one go', parse],
  ['in slices', parseLong],
])('a body that is read %s', (_, read) => {
  test('is an object', async () => {
    expect(await read(' {"a":[1,"x",null]}\n')).toEqual({ a: [1, 'x', null] })
  })

  test('may begin with a byte order mark', async () => {
    expect(await read('\ufeff{"a":"é"}')).toEqual({ a: 'é' })
  })

  test('is read with the last of a key that comes twice', async () => {
    expect(await read('{"a":1,"a":2}')).toEqual({ a: 2 })
  })

  test('may have a key __proto__ as any other', async () => {
    expect(Object.keys(await read('{"__proto__":{"a":1}}'))).toEqual(['__proto__'])
  })

  test.each([
    [' \n', 'input is a zero-length, empty document: line 1 column 1 (char 0)'],
    ['[]', 'expected an object: line 1 column 1 (char 0)'],
    ['"x"', 'expected an object: line 1 column 1 (char 0)'],
    ['null', 'expected an object: line 1 column 1 (char 0)'],
    ['7', 'expected an object: line 1 column 1 (char 0)'],
    ['{\n "a": x}', 'unexpected character: line 2 column 7 (char 8)'],
    ['{"😀é": x}', 'unexpected character: line 1 column 8 (char 7)'],
    ['{"a":"\\ud83d"}', 'no low surrogate in string: line 1 column 13 (char 12)'],
    ['{"a":"\\ude00 \\ud83d"}', 'invalid high surrogate in string: line 1 column 7 (char 6)'],
    ['{"a":"\u0000"}', 'unexpected control character in string: line 1 column 7 (char 6)'],
  ])('is refused as %j', async (text, reason) => {
    await expect(read(text)).rejects.toThrow(refused(reason))
  })

  test('is bounded in depth', async () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    await expect(read(nested(MAX_JSON_DEPTH))).resolves.toHaveProperty('a')
    await expect(read(nested(MAX_JSON_DEPTH + 1))).rejects.toThrow('nested deeper than 64 levels')
  })

  test('may hold brackets and commas inside of strings', async () => {
    const text = `${'['.repeat(1000)}\\"${','.repeat(1000)}\\\\`
    await expect(read(`{"a":"${text}","b":["${text}"]}`)).resolves.toHaveProperty('b')
  })
})

test('a text that ends too early is refused where it ends', async () => {
  const nothing = 'input is a zero-length, empty document: line 1 column 1 (char 0)'
  await expect(parse('')).rejects.toThrow(refused(nothing))
  const tooEarly = 'unexpected end of data: line 1 column 6 (char 5)'
  await expect(parse('{"a":')).rejects.toThrow(refused(tooEarly))
})

test('broken UTF-8 is refused where it breaks', async () => {
  const reason = 'invalid UTF-8 encoding: line 1 column 3 (char 2)'
  const refusalOf = (...bytes: number[]) => expect(parseBytes(new Uint8Array(bytes))).rejects
  await refusalOf(0x7b, 0x22, 0xff, 0x22, 0x7d).toThrow(refused(reason))
  // A lone surrogate, as some encoders write it.
  await refusalOf(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d).toThrow(refused(reason))
  // A replacement character that was meant, then a character cut in half.
  const cut = 'invalid UTF-8 encoding: line 1 column 4 (char 3)'
  await refusalOf(0x7b, 0x22, 0xef, 0xbf, 0xbd, 0xe2, 0x82).toThrow(refused(cut))
})

test('a body is read however its characters lie to the slices that it is decoded in', async () => {
  for (const before of ['', 'a', 'ab', 'abc']) {
    const text = before + '😀é中'.repeat(150_000)
    expect(await parse(JSON.stringify({ text }))).toEqual({ text })
  }
})

test.each([1_000, 100_000])('%i members are held before they are read', async (members) => {
  const bytes = new TextEncoder().encode(`{"a":[${'0,'.repeat(members)}0]}`)
  let held = 0
  const holdMembers = (count: number) => {
    held += count
    if (held > members / 2) throw new Error('no room')
  }
  await expect(parseJsonBody(bytes, { slices: new WorkSlices(), holdMembers })).rejects.toThrow('no room')
  expect(held).toBeLessThan(members + 10)
})
