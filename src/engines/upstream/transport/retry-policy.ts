import type { UpstreamFailure } from './upstream-failure.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 2_000
/** An upstream that wants more time than this gets none: the caller is told to come back. */
const MAX_RETRY_AFTER_MS = 5_000

/** What a decision about another attempt depends on. */
export interface FailedAttempt {
  readonly failure: UpstreamFailure
  /** How many attempts failed, this one included. */
  readonly failedAttempts: number
  readonly maxRetries: number
  /** Whether a replica is left that this request has not met. */
  readonly hasOtherReplica: boolean
  /** 0 to 1. */
  readonly random: number
}

/**
 * How long to wait before the next attempt; null gives up. It is asked only as long as nothing of an answer arrived,
 * so no caller ever sees a beginning twice.
 */
export function retryDelayMs(attempt: FailedAttempt): number | null {
  const { failure, failedAttempts, maxRetries, hasOtherReplica, random } = attempt
  if (!failure.isRetryable || failedAttempts > maxRetries) return null
  if (hasOtherReplica) return 0
  if (failure.retryAfterMs !== null) {
    return failure.retryAfterMs > MAX_RETRY_AFTER_MS ? null : failure.retryAfterMs
  }
  // Half of it by chance, so that requests that failed together do not come back together.
  return Math.min(FIRST_DELAY_MS * 2 ** (failedAttempts - 1), MAX_DELAY_MS) * (0.5 + random / 2)
}

/** Reads `retry-after`, which is seconds or a date; undefined when it says nothing. */
export function readRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const dateMs = Date.parse(header)
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs)
}
