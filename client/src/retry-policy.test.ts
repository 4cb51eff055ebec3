import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isRetryable, retryDelayMs } from './retry-policy.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('whether to try again', () => {
  test.each([408, 409, 429, 500, 502, 503, 504, 529])('%i is tried again', (status) => {
    expect(isRetryable(status, new Headers())).toBe(true)
  })

  test.each([300, 400, 401, 402, 403, 404, 405, 413, 422])('%i is not', (status) => {
    expect(isRetryable(status, new Headers())).toBe(false)
  })

  test('the server’s word overrides every status', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.boolean(), (status, advice) => {
        expect(isRetryable(status, new Headers({ 'x-should-retry': String(advice) }))).toBe(advice)
      }),
    )
  })

  test('a word that is neither true nor false is none', () => {
    expect(isRetryable(429, new Headers({ 'x-should-retry': 'maybe' }))).toBe(true)
    expect(isRetryable(400, new Headers({ 'x-should-retry': '' }))).toBe(false)
  })
})

describe('how long to wait', () => {
  test.each([
    ['milliseconds', { 'retry-after-ms': '120' }, 120],
    ['fractions of a millisecond', { 'retry-after-ms': '0.5' }, 0.5],
    ['milliseconds before seconds', { 'retry-after-ms': '100', 'retry-after': '30' }, 100],
    ['seconds', { 'retry-after': '3' }, 3_000],
    ['fractions of a second', { 'retry-after': '1.5' }, 1_500],
    ['more than a minute', { 'retry-after': '61' }, 61_000],
    ['seconds where the milliseconds are no number', { 'retry-after-ms': 'soon', 'retry-after': '2' }, 2_000],
  ])('%s', (_, headers, delayMs) => {
    expect(retryDelayMs(0, new Headers(Object.entries(headers)))).toBe(delayMs)
  })

  test('a date', () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') })
    expect(retryDelayMs(0, new Headers({ 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }))).toBe(7_000)
  })

  test.each([
    ['no headers', undefined],
    ['zero', { 'retry-after': '0' }],
    ['less than zero', { 'retry-after-ms': '-5', 'retry-after': '-1' }],
    ['more than a timer holds', { 'retry-after': '2147484' }],
    ['infinity', { 'retry-after': 'Infinity' }],
    ['a date that is past', { 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT' }],
    ['no number and no date', { 'retry-after': 'later' }],
    ['nothing', { 'retry-after': '' }],
  ])('%s: a backoff of our own', (_, headers) => {
    const delayMs = retryDelayMs(0, headers && new Headers(Object.entries(headers)))
    expect(delayMs).toBeGreaterThanOrEqual(375)
    expect(delayMs).toBeLessThanOrEqual(500)
  })

  test('the backoff doubles up to eight seconds, shortened by at most a quarter', () => {
    fc.assert(
      fc.property(fc.nat(2_000), (retryCount) => {
        const fullMs = Math.min(500 * 2 ** retryCount, 8_000)
        const delayMs = retryDelayMs(retryCount, undefined)
        expect(delayMs).toBeGreaterThanOrEqual(fullMs * 0.75)
        expect(delayMs).toBeLessThanOrEqual(fullMs)
      }),
    )
  })
})
