import { describe, expect, it } from 'vitest'
import { readChoices, readLimit, readTime, requireTime } from './report-query.ts'

describe('readTime', () => {
  it.each([
    ['2026-09-01T00:00:00Z', '2026-09-01T00:00:00.000Z'],
    ['2026-09-01t00:00:00z', '2026-09-01T00:00:00.000Z'],
    ['2026-09-01T00:00:00.123456Z', '2026-09-01T00:00:00.123Z'],
    ['2026-09-01T00:30:00%2B01:00', '2026-08-31T23:30:00.000Z'],
    ['2026-09-01T00:30:00+01:00', '2026-08-31T23:30:00.000Z'],
    ['2026-09-01T00:30:00-01:00', '2026-09-01T01:30:00.000Z'],
    ['2026-09-01%2000:00:00Z', '2026-09-01T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    const time = readTime(new URLSearchParams(`at=${text}`), 'at')
    expect(new Date(time ?? 0).toISOString()).toBe(expected)
  })

  it.each([
    '2024-01-01',
    '2024-01-01T00:00:00',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:30:00Z',
    '1767225600',
    'yesterday',
    '',
  ])('refuses %s', (text) => {
    expect(() => readTime(new URLSearchParams({ starting_at: text }), 'starting_at')).toThrow(
      `The \`starting_at\` parameter contains an invalid timestamp format. Timestamps must be provided in RFC 3339 format e.g., "2024-03-01T00:00:00Z". Got "${text}".`,
    )
  })

  it('refuses a query without a time that is required', () => {
    expect(readTime(new URLSearchParams(), 'ending_at')).toBe(null)
    expect(() => requireTime(new URLSearchParams(), 'starting_at')).toThrow('starting_at: Field required')
  })
})

describe('readChoices', () => {
  it('reads each value once, with and without brackets', () => {
    const query = new URLSearchParams('x[]=a&x=b&x%5B%5D=c&x[]=a')
    expect(readChoices(query, 'x', ['a', 'b', 'c'])).toEqual(['a', 'c', 'b'])
  })

  it('names the value that is none of them', () => {
    const query = new URLSearchParams('group_by[]=model&group_by[]=color')
    expect(() => readChoices(query, 'group_by', ['model', 'speed', 'workspace_id'])).toThrow(
      "group_by.1: Input should be 'model', 'speed' or 'workspace_id'",
    )
  })
})

describe('readLimit', () => {
  const read = (text: string) => readLimit(new URLSearchParams(text), { standard: 7, max: 31 })

  it('is within its bounds', () => {
    expect([read(''), read('limit=1'), read('limit=31')]).toEqual([7, 1, 31])
    expect(() => read('limit=32')).toThrow('The limit parameter must be between 1 and 31, inclusive. Got 32.')
    expect(() => read('limit=0')).toThrow('The limit parameter must be between 1 and 31, inclusive. Got 0.')
    expect(() => read('limit=1.5')).toThrow('limit: Input should be a valid integer')
  })
})
