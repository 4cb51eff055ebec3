import type { LimitFigure } from '../completion/admission.ts'
import { type BucketSize, holdsAtMs, ROUNDING_TOKENS, tokenMsOf, tokensIn } from './bucket.ts'
import type { Leasable, Repayment } from './leasable.ts'
import type { BucketLease, LeasedBucket } from './lease-buckets.ts'
import { LocalBucket } from './local-bucket.ts'

/** How much of a limit all instances together may hold without using it. */
export const SLICED_SHARE = 0.004

/** What a request takes of a bucket, and what must remain in it. */
export interface Need {
  readonly tokens: number
  readonly kept: number
}

/**
 * What this instance holds of one bucket: tokens that were leased and not used yet. Requests take from it without a
 * statement. A lease leaves as much in the bucket as all slices hold together, so that never more than the limit is there.
 */
export class Slice implements Leasable<Need, BucketLease, LeasedBucket> {
  readonly key: string
  #size: BucketSize
  readonly #instances: () => number
  /** Negative for what was used without a lease. */
  #available = 0
  #usedAtMs = Number.NEGATIVE_INFINITY
  #chargedAtMs = Number.NEGATIVE_INFINITY
  /** As the last lease left the bucket; null before the first one. */
  #fullAtMs: number | null = null
  /** No lease before: the last one was refused. */
  #leaseAtMs = Number.NEGATIVE_INFINITY
  #local: LocalBucket | null = null
  #isRepaying = false

  /** @param instances how many instances are alive */
  constructor(key: string, size: BucketSize, instances: () => number) {
    this.key = key
    this.#size = size
    this.#instances = instances
  }

  /** Counts in memory alone: there is no database. */
  static inMemory(key: string, size: BucketSize): Slice {
    const slice = new Slice(key, size, () => 1)
    slice.#local = new LocalBucket(size, 1, 0)
    return slice
  }

  get size(): BucketSize {
    return this.#size
  }

  /** Another limit holds from now on. What requests that run are charged later counts for it too. */
  setLimit(limit: number): void {
    if (limit === this.#size.limit) return
    this.#size = { ...this.#size, limit }
    this.#leaseAtMs = Number.NEGATIVE_INFINITY
    this.#local = this.#local?.resized(this.#size) ?? null
    // A bucket that never refills has no time at which it is full.
    if (limit === 0) this.#available = 0
  }

  /** Takes what a request needs, if it is there. */
  tryTake({ tokens, kept }: Need, nowMs: number): boolean {
    if (this.#size.limit === 0) return false
    const isLeased = this.#available >= tokens
    const local = this.#local
    const isInShare = local !== null && local.holdsAtMs(tokens, kept) <= nowMs
    if (this.#isRepaying ? !(isLeased && isInShare) : !(isLeased || isInShare)) return false
    if (isLeased) this.#available -= tokens
    if (local !== null && (this.#isRepaying || !isLeased)) local.take(tokens, nowMs)
    if (this.#isRepaying) local?.repay(tokens)
    this.#usedAtMs = nowMs
    return true
  }

  /** Charges what was used without asking; negative for what is given back. */
  charge(tokens: number, nowMs: number): void {
    if (this.#size.limit === 0) return
    this.#chargedAtMs = nowMs
    const isLeased = this.#isRepaying || (tokens > 0 && this.#available >= tokens)
    if (this.#local === null || isLeased) this.#available -= tokens
    else this.#local.take(tokens, nowMs)
  }

  /** How long a request must wait at least; null where a lease may give it what it needs. */
  waitMs({ tokens, kept }: Need, nowMs: number): number | null {
    const { limit } = this.size
    if (tokens + kept > limit) return Number.POSITIVE_INFINITY
    if (this.#local !== null) {
      const localMs = this.#local.holdsAtMs(tokens, kept) - nowMs
      if (localMs > 0 || !this.#isRepaying) return Math.max(1, localMs)
    }
    const missing = tokens - Math.max(0, this.#available)
    const needed = Math.min(limit, missing + kept + this.#slicedTokens)
    const atMs = Math.max(this.#leaseAtMs, holdsAtMs(this.#fullAtMs ?? 0, needed, this.size))
    return atMs > nowMs ? atMs - nowMs : null
  }

  leaseFor(needs: readonly Need[]): BucketLease {
    const { key, size } = this
    const debt = Math.max(0, -this.#available)
    if (needs.length === 0) return { key, size, least: 0, most: 0, debt, kept: 0 }
    const held = Math.max(0, this.#available)
    const smallest = Math.min(...needs.map(({ tokens }) => tokens))
    const all = needs.reduce((sum, { tokens }) => sum + tokens, 0)
    const kept = Math.min(...needs.map((need) => need.kept))
    const least = Math.max(1, smallest - held)
    return {
      key,
      size,
      least,
      most: Math.max(least, all + this.#chunk - held),
      debt,
      kept: Math.min(kept + this.#slicedTokens, size.limit - least),
    }
  }

  receive({ debt, least }: BucketLease, { granted, fullAt, nowMs }: LeasedBucket): void {
    // What is given back was taken out before.
    this.#available += Math.max(0, debt) + granted
    this.#fullAtMs = fullAt
    if (least > 0 && granted === 0) this.#leaseAtMs = nowMs + this.#chunk * tokenMsOf(this.size)
  }

  giveBack(nowMs: number, unusedMs: number): BucketLease | null {
    const { key, size } = this
    const isUnused = this.#usedAtMs <= nowMs - unusedMs
    // Others may have refused the requests that the rest was leased for.
    const tokens = isUnused ? this.#available : this.#available - this.#chunk
    if (tokens <= 0) return null
    this.#available -= tokens
    return { key, size, least: 0, most: 0, debt: -tokens, kept: 0 }
  }

  get isInDebt(): boolean {
    return this.#available < 0
  }

  get isLocal(): boolean {
    return this.#local !== null
  }

  goLocal(nowMs: number): void {
    // What was leased meanwhile is not in the share.
    if (this.#isRepaying) this.endLocal(nowMs)
    if (this.#local !== null) return
    const instances = this.#instances()
    const isAlone = instances === 1 && this.#fullAtMs !== null
    this.#local = isAlone
      ? new LocalBucket(this.size, 1, this.#fullAtMs ?? 0)
      : LocalBucket.emptyShare(this.size, instances, nowMs)
    const held = this.#available
    this.#available = 0
    this.#local.take(-held, nowMs)
    // The shared bucket was charged for it: it may be full again by now, so that this is not taken off later charges.
    if (held > 0) this.#local.repay(-held)
  }

  beginRepaying(): void {
    this.#isRepaying = this.#local !== null
  }

  repayment(nowMs: number): Repayment<BucketLease, LeasedBucket> {
    const { key, size } = this
    const local = this.#local
    const borrowed = local?.borrowed ?? 0
    const ownDebt = Math.max(0, -this.#available)
    const givenBack = this.#isRepaying ? Math.max(0, this.#available) : 0
    this.#available -= givenBack
    const debt = ownDebt - givenBack + (local?.owed(nowMs) ?? 0)
    return {
      lease: { key, size, least: 0, most: 0, debt, kept: 0 },
      onRepaid: (row) => {
        this.#available += ownDebt
        local?.repay(borrowed)
        if (row !== undefined) this.#fullAtMs = row.fullAt
      },
    }
  }

  endLocal(nowMs: number): void {
    this.#available -= this.#local?.owed(nowMs) ?? 0
    this.#local = null
    this.#isRepaying = false
  }

  figure(nowMs: number): LimitFigure {
    const { limit } = this.size
    if (limit === 0) return { limit, remaining: 0, fullAtMs: nowMs }
    const shared = this.#fullAtMs ?? 0
    const tokens =
      this.#local === null ? tokensIn(shared, nowMs, this.size) : limit * this.#local.filled(nowMs)
    const fullAtMs = this.#local?.fullAtMs ?? shared - this.#available * tokenMsOf(this.size)
    return {
      limit,
      remaining: Math.min(limit, Math.max(0, Math.floor(tokens + this.#available + ROUNDING_TOKENS))),
      fullAtMs: Math.max(nowMs, fullAtMs),
    }
  }

  /** Whether nothing is lost if it is forgotten. */
  isForgettable(nowMs: number, unusedMs: number): boolean {
    const lastMs = Math.max(this.#usedAtMs, this.#chargedAtMs)
    return this.#available === 0 && this.#local === null && lastMs < nowMs - unusedMs
  }

  /** What one instance holds; 0 for a small limit, of which each request leases its own part. */
  get #chunk(): number {
    return Math.floor((this.size.limit * SLICED_SHARE) / this.#instances())
  }

  /** What all instances hold. */
  get #slicedTokens(): number {
    return this.#chunk * this.#instances()
  }
}
