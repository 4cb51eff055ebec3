import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { readExpiry } from './read-expiry.ts'

describe('readExpiry', () => {
  it.each([
    ['30m', 1_000 + 30 * 60_000],
    ['12h', 1_000 + 12 * 3_600_000],
    ['30d', 1_000 + 30 * 86_400_000],
    ['2027-01-31', Date.UTC(2027, 0, 31)],
    ['2027-01-31T12:00Z', Date.UTC(2027, 0, 31, 12)],
    ['2027-01-31T12:00:30+02:00', Date.UTC(2027, 0, 31, 10, 0, 30)],
  ])('reads %s', (text, expiresAt) => {
    expect(readExpiry(text)(1_000)).toBe(expiresAt)
  })

  it.each(['', '30', '30w', '-1d', 'soon', '31.1.2027', '2027-13-01', '2027-01-31T12:00', '123456d'])(
    'refuses %j',
    (text) => {
      expect(() => readExpiry(text)).toThrow(InvalidArgumentError)
    },
  )
})
