/** The first wait of our own, before it doubles. */
const FIRST_BACKOFF_MS = 500
/** Where the doubling ends. */
const MAX_BACKOFF_MS = 8_000
/** A wait is shortened by up to this share, so that clients that failed together do not come back together. */
const BACKOFF_JITTER = 0.25
/** The longest time that a timer can hold: about 25 days. A server that asks for more is not followed. */
export const MAX_TIMER_MS = 2 ** 31 - 1

/** Whether an attempt with this status should be retried. The server's `x-should-retry` takes precedence. */
export function isRetryable(status: number, headers: Headers): boolean {
  const advice = headers.get('x-should-retry')
  if (advice === 'true') return true
  if (advice === 'false') return false
  return status === 408 || status === 409 || status === 429 || status >= 500
}

/**
 * Milliseconds to wait before the next try: `retry-after-ms`, else `retry-after` as seconds or as a date, else a
 * backoff of our own.
 *
 * @param retryCount how many repetitions there were before this one
 * @param headers of the response, if there was one
 */
export function retryDelayMs(retryCount: number, headers: Headers | undefined): number {
  const candidatesMs = [numberOf(headers?.get('retry-after-ms')), retryAfterMs(headers?.get('retry-after'))]
  return candidatesMs.find((delayMs) => delayMs > 0 && delayMs <= MAX_TIMER_MS) ?? backoffMs(retryCount)
}

/** Seconds or an HTTP date. */
function retryAfterMs(text: string | null | undefined): number {
  const seconds = numberOf(text)
  return Number.isNaN(seconds) ? Date.parse(text ?? '') - Date.now() : seconds * 1000
}

function backoffMs(retryCount: number): number {
  const fullMs = Math.min(FIRST_BACKOFF_MS * 2 ** retryCount, MAX_BACKOFF_MS)
  return fullMs * (1 - BACKOFF_JITTER * Math.random())
}

/** NaN unless the text is a number and nothing else. */
function numberOf(text: string | null | undefined): number {
  return text == null || text.trim() === '' ? Number.NaN : Number(text)
}
