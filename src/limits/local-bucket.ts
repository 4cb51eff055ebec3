import { type BucketSize, fullAtAfter, holdsAtMs, tokensIn } from './bucket.ts'

/**
 * A bucket in this instance's memory: the only one where there is no database, or this instance's share while the
 * database is down.
 */
export class LocalBucket {
  readonly #instances: number
  readonly #size: BucketSize
  #fullAtMs: number
  /** What was taken and is not in the database. */
  #borrowed = 0

  /** @param instances by how much the limit is divided */
  constructor({ limit, periodMs }: BucketSize, instances: number, fullAtMs: number) {
    const share = limit / instances
    this.#instances = instances
    // A share of less than one request comes as a whole request, but more rarely.
    this.#size = share >= 1 ? { limit: share, periodMs } : { limit: 1, periodMs: periodMs / share }
    this.#fullAtMs = fullAtMs
  }

  /** This instance's share. It begins empty: what the shared bucket held may have been taken by others already. */
  static emptyShare(size: BucketSize, instances: number, nowMs: number): LocalBucket {
    const bucket = new LocalBucket(size, instances, nowMs)
    bucket.#fullAtMs = fullAtAfter(nowMs, nowMs, bucket.#size.limit, bucket.#size)
    return bucket
  }

  /** The same of another limit. As much of it as before is there, in proportion. */
  resized(size: BucketSize): LocalBucket {
    const bucket = new LocalBucket(size, this.#instances, this.#fullAtMs)
    bucket.#borrowed = this.#borrowed
    return bucket
  }

  /** When it holds this many tokens besides those that must be kept; infinite for more than it can hold. */
  holdsAtMs(tokens: number, kept: number): number {
    const all = tokens + kept / this.#instances
    return all > this.#size.limit ? Number.POSITIVE_INFINITY : holdsAtMs(this.#fullAtMs, all, this.#size)
  }

  /** Takes tokens whether they are there or not; negative for what is given back. */
  take(tokens: number, nowMs: number): void {
    this.#fullAtMs = fullAtAfter(this.#fullAtMs, nowMs, tokens, this.#size)
    this.#borrowed += tokens
  }

  /**
   * What the shared bucket must be charged. It is less than what was taken where the time since then has refilled this
   * bucket, for the shared one was refilled too.
   */
  owed(nowMs: number): number {
    const missing = this.#size.limit - tokensIn(this.#fullAtMs, nowMs, this.#size)
    return Math.max(0, Math.min(this.#borrowed, missing))
  }

  /** Notes that the shared bucket was charged for what had been borrowed at that time. */
  repay(borrowed: number): void {
    this.#borrowed -= borrowed
  }

  get borrowed(): number {
    return this.#borrowed
  }

  get fullAtMs(): number {
    return this.#fullAtMs
  }

  /** How much of it is there, from 0 to 1; negative in debt. */
  filled(nowMs: number): number {
    return tokensIn(this.#fullAtMs, nowMs, this.#size) / this.#size.limit
  }
}
