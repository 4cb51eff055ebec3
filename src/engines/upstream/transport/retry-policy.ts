import type { UpstreamFailure } from './upstream-failure.ts'

const FIRST_DELAY_MS = 100
const MAX_DELAY_MS = 2_000
/** An upstream that asks for a longer wait is not tried again: the client is asked to retry. */
const MAX_RETRY_AFTER_MS = 5_000

/** The input of a decision about another attempt. */
export interface FailedAttempt {
  readonly failure: UpstreamFailure
  /** The number of failed attempts, including this one. */
  readonly failedAttempts: number
  readonly maxRetries: number
  /** Whether a replica is left that has not failed this request. */
  readonly hasOtherReplica: boolean
  /** From 0 to 1. */
  readonly random: number
}

/**
 * How long to wait before the next attempt; null gives up. Only for requests whose response has not started, so that no
 * client sees a beginning twice.
 */
export function retryDelayMs(attempt: FailedAttempt): number | null {
  const { failure, failedAttempts, maxRetries, hasOtherReplica, random } = attempt
  if (!failure.isRetryable || failedAttempts > maxRetries) return null
  if (hasOtherReplica) return 0
  if (failure.retryAfterMs !== null) {
    return failure.retryAfterMs > MAX_RETRY_AFTER_MS ? null : failure.retryAfterMs
  }
  // With jitter, so that requests that failed together do not return together.
  return Math.min(FIRST_DELAY_MS * 2 ** (failedAttempts - 1), MAX_DELAY_MS) * (0.5 + random / 2)
}

/**
 * Reads `retry-after`, in seconds or as a date; undefined when there is none.
 *
 * @param headerMs `retry-after-ms`, which some servers send beside it
 */
export function readRetryAfterMs(
  header: string | undefined,
  nowMs: number,
  headerMs?: string,
): number | undefined {
  const ms = Number(headerMs?.trim() || Number.NaN)
  if (Number.isFinite(ms)) return Math.max(0, ms)
  if (header === undefined || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const dateMs = Date.parse(header)
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs)
}
