import { describe, expect, it } from 'vitest'
import { exceedsJsonLimits, MAX_EVENT_MEMBERS, MAX_JSON_DEPTH } from './json-limits.ts'
import { readEventObject } from './read-event-object.ts'
import { MAX_EVENT_CHARACTERS } from './server-sent-event-reader.ts'

const ORIGIN = { address: 'http://u', redact: (text: string) => text }
const LONG = MAX_EVENT_CHARACTERS

/** JSON that JSON.parse takes long for. */
const COSTLY: readonly (readonly [string, string])[] = [
  ['opening brackets', '['.repeat(LONG)],
  ['lists in each other', `{"a":${'['.repeat(LONG / 2 - 4)}${']'.repeat(LONG / 2 - 4)}}`],
  ['objects in each other', '{"a":'.repeat(LONG / 5)],
  ['empty objects', `{"a":[${'{},'.repeat(LONG / 3 - 3)}1]}`],
  ['empty lists', `{"a":[${'[],'.repeat(LONG / 3 - 3)}1]}`],
  ['numbers', `{"a":[${'1,'.repeat(LONG / 2 - 5)}1]}`],
  ['keys', `{${Array.from({ length: LONG / 11 }, (_, index) => `"${index}":1`).join(',')}}`],
  ['objects with keys', `[${Array.from({ length: LONG / 16 }, (_, index) => `{"${index}":1}`).join(',')}]`],
]

/** As long, but parsed at once. */
const CHEAP: readonly (readonly [string, string])[] = [
  ['a text', `{"a":"${'x'.repeat(LONG - 8)}"}`],
  ['a text of brackets', `{"a":"${'[{,'.repeat(LONG / 3 - 4)}"}`],
  ['a text of escaped quotes', `{"a":"${'\\"[,'.repeat(LONG / 4 - 4)}"}`],
  ['a text that ends with a backslash', `{"a":"${'x'.repeat(LONG - 16)}\\\\","b":1}`],
  ['white space', `{${' '.repeat(LONG - 2)}}`],
]

describe('readEventObject', () => {
  it.each(COSTLY)('refuses an event of %s before it parses it', (_, data) => {
    expect(data.length).toBeLessThanOrEqual(LONG)
    expect(() => readEventObject(ORIGIN, data)).toThrow(
      expect.objectContaining({ kind: 'malformed-event', message: expect.stringContaining('too many') }),
    )
  })

  it.each(CHEAP)('reads an event with %s', (_, data) => {
    expect(data.length).toBeGreaterThan(LONG - 20)
    expect(readEventObject(ORIGIN, data)).toEqual(JSON.parse(data))
  })
})

describe('exceedsJsonLimits', () => {
  const padded = (json: string) => json + ' '.repeat(32 * 1024)

  it('allows exactly as many members as it is given', () => {
    const list = (commas: number) => padded(`[${'1,'.repeat(commas)}1]`)
    expect(exceedsJsonLimits(list(MAX_EVENT_MEMBERS - 1), MAX_EVENT_MEMBERS)).toBe(false)
    expect(exceedsJsonLimits(list(MAX_EVENT_MEMBERS), MAX_EVENT_MEMBERS)).toBe(true)
  })

  it('allows exactly the depth that it names', () => {
    const nested = (depth: number) => padded('['.repeat(depth) + ']'.repeat(depth))
    expect(exceedsJsonLimits(nested(MAX_JSON_DEPTH), MAX_EVENT_MEMBERS)).toBe(false)
    expect(exceedsJsonLimits(nested(MAX_JSON_DEPTH + 1), MAX_EVENT_MEMBERS)).toBe(true)
  })

  it('ends with a string that does not', () => {
    expect(exceedsJsonLimits(padded('["a'), 1)).toBe(false)
    expect(exceedsJsonLimits(`${padded('["a')}\\`, 1)).toBe(false)
  })
})
