import { describe, expect, it } from 'vitest'
import { readRetryAfterMs, retryDelayMs } from './retry-policy.ts'
import { UpstreamFailure, type UpstreamFailureKind } from './upstream-failure.ts'

function attempt(kind: UpstreamFailureKind, failedAttempts = 1, retryAfterMs?: number) {
  const failure = new UpstreamFailure(kind, '', retryAfterMs === undefined ? {} : { retryAfterMs })
  return { failure, failedAttempts, maxRetries: 2, hasOtherReplica: false, random: 1 }
}

describe('retryDelayMs', () => {
  it.each<UpstreamFailureKind>([
    'unreachable',
    'connection-lost',
    'timed-out-there',
    'overloaded',
    'unavailable',
  ])('tries again after %s, later each time, until it gives up', (kind) => {
    expect([1, 2, 3].map((count) => retryDelayMs(attempt(kind, count)))).toEqual([100, 200, null])
  })

  it.each<UpstreamFailureKind>([
    'server-error',
    'first-byte-timeout',
    'idle-timeout',
    'request-refused',
    'credentials-refused',
    'malformed-event',
    'early-end',
    'endless-response',
  ])('does not send a request again after %s', (kind) => {
    expect(retryDelayMs(attempt(kind))).toBeNull()
  })

  it('waits as long as it is asked to, unless that is too long', () => {
    expect(retryDelayMs(attempt('overloaded', 1, 1_500))).toBe(1_500)
    expect(retryDelayMs(attempt('overloaded', 1, 60_000))).toBeNull()
  })

  it('does not wait for another replica', () => {
    expect(retryDelayMs({ ...attempt('overloaded', 1, 60_000), hasOtherReplica: true })).toBe(0)
  })
})

describe('readRetryAfterMs', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['2', 2_000],
    ['0.5', 500],
    ['-3', 0],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 4_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('reads %j', (header, ms) => {
    expect(readRetryAfterMs(header, 1_000)).toBe(ms)
  })
  it('prefers milliseconds', () => {
    expect(readRetryAfterMs('2', 1_000, '1500')).toBe(1_500)
    expect(readRetryAfterMs('2', 1_000, 'soon')).toBe(2_000)
  })
})
