import { describe, expect, it } from 'vitest'
import { formatBytes, formatCompact, formatDuration, formatMoney } from './format.ts'
import { describeTime } from './time.tsx'

describe('formatMoney', () => {
  it.each([
    ['0', '$0.00'],
    ['123456', '$1,234.56'],
    ['1', '$0.01'],
    ['0.0123', '$0.00012'],
    ['-5', '$-0.05'],
  ])('%s cents are %s', (cents, text) => {
    expect(formatMoney(cents)).toBe(text)
  })
})

describe('formatDuration', () => {
  it.each([
    [0.25, '0.25 ms'],
    [812.4, '812 ms'],
    [2140, '2.14 s'],
    [59_000, '59.0 s'],
    [90_000, '1.5 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

it('formats bytes and large counts', () => {
  expect([0, 1023, 1536, 123 * 1024, 5 * 1024 ** 3].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '123 KiB',
    '5.0 GiB',
  ])
  expect(formatCompact(12_345)).toBe('12.3K')
})

describe('describeTime', () => {
  const NOW = Date.UTC(2026, 11, 1, 12)
  it.each([
    [-5_000, 'just now'],
    [5_000, 'in a moment'],
    [-12 * 60_000, '12 min. ago'],
    [3 * 3_600_000, 'in 3 hr.'],
  ])('%d ms from now is %s', (differenceMs, text) => {
    expect(describeTime(NOW + differenceMs, NOW)).toBe(text)
  })

  it('says the date of what is further away, and the year of what is much further', () => {
    expect(describeTime(NOW - 3 * 86_400_000, NOW)).toMatch(/^Nov 28, \d\d:00$/)
    expect(describeTime(NOW - 400 * 86_400_000, NOW)).toMatch(/2025$/)
  })
})
