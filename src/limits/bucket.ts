/**
 * The size of a token bucket. The bucket itself is one number: the time at which it is full again (the generic cell rate
 * algorithm), so that time alone refills it.
 */
export interface BucketSize {
  /** The most that it holds, and what it refills in a period. */
  readonly limit: number
  readonly periodMs: number
}

/** What a lease takes out of a bucket. */
export interface LeaseRequest {
  /** Less than this is not taken. */
  readonly least: number
  readonly most: number
  /** What was used without a lease: it is taken whatever is left. Negative for what is given back. */
  readonly debt: number
  /** What must remain in the bucket after the lease. */
  readonly kept: number
}

/** Deeper than this in debt no bucket gets, in periods: a clock that is set back must not block it for long. */
export const MAX_DEBT_PERIODS = 10
/** What rounding may lose: the time is a double, with a resolution of 0.2 µs. */
export const ROUNDING_TOKENS = 1e-6

export function tokenMsOf({ limit, periodMs }: BucketSize): number {
  return periodMs / limit
}

/** What is in the bucket; negative for debt. */
export function tokensIn(fullAtMs: number, nowMs: number, { limit, periodMs }: BucketSize): number {
  return limit * (1 - Math.max(0, fullAtMs - nowMs) / periodMs)
}

/** When the bucket is full again after tokens were taken. */
export function fullAtAfter(fullAtMs: number, nowMs: number, tokens: number, size: BucketSize): number {
  const from = Math.min(Math.max(fullAtMs, nowMs), nowMs + MAX_DEBT_PERIODS * size.periodMs)
  return from + tokens * tokenMsOf(size)
}

/** From when on the bucket holds that many tokens, if no one takes any. */
export function holdsAtMs(fullAtMs: number, tokens: number, size: BucketSize): number {
  return fullAtMs - size.periodMs + tokens * tokenMsOf(size)
}

/** Leases from a bucket, as the statement in `lease-buckets.ts` does. */
export function lease(
  fullAtMs: number,
  nowMs: number,
  { least, most, debt, kept }: LeaseRequest,
  size: BucketSize,
): { readonly granted: number; readonly fullAtMs: number } {
  const owed = fullAtAfter(fullAtMs, nowMs, debt, size)
  const spare = Math.floor((nowMs + size.periodMs - owed) / tokenMsOf(size) - kept + ROUNDING_TOKENS)
  const granted = spare >= least && spare > 0 ? Math.min(most, spare) : 0
  return { granted, fullAtMs: owed + granted * tokenMsOf(size) }
}
