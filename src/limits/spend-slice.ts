import type { Leasable, Repayment } from './leasable.ts'
import type { CounterLease, LeasedCounter } from './lease-counters.ts'
import type { SpendRule } from './limit-rule.ts'
import { spendPeriodAt } from './spend-period.ts'

/** How much of a limit all instances together may hold without spending it. */
const SLICED_SHARE = 0.004
/** How old the knowledge of a limit in use may be, and for how long after its last use. */
const SEEN_MS = 2_000
const WATCHED_MS = 10_000
/** How soon a limit that was reached is looked at again: others may have given something back. */
const RETRY_MS = 1_000

/**
 * What this instance holds of one limit of money in its present period. A request's price is only known at its end: it
 * may begin while there is anything left.
 */
export class SpendSlice implements Leasable<null, CounterLease, LeasedCounter> {
  readonly key: string
  #rule: SpendRule
  readonly #instances: () => number
  readonly #isInMemory: boolean
  #period = { startMs: 0, endMs: 0 }
  /** Negative for what was spent without a lease. */
  #available = 0
  /** As the last lease left it, and when that was. */
  #used = 0
  #seenAtMs = Number.NEGATIVE_INFINITY
  #askedAtMs = Number.NEGATIVE_INFINITY
  #usedAtMs = Number.NEGATIVE_INFINITY
  #leaseAtMs = Number.NEGATIVE_INFINITY
  /** What may be spent in memory; null while the database leases. */
  #localLeft: number | null = null
  #isRepaying = false
  #borrowed = 0

  /** @param isInMemory whether there is no database */
  constructor(key: string, rule: SpendRule, instances: () => number, isInMemory: boolean) {
    this.key = key
    this.#rule = rule
    this.#instances = instances
    this.#isInMemory = isInMemory
  }

  get rule(): SpendRule {
    return this.#rule
  }

  /** Another limit holds from now on. What requests that run spend counts for it too. */
  setAmount(amount: number): void {
    const more = amount - this.#rule.amount
    if (more === 0) return
    this.#rule = { ...this.#rule, amount }
    this.#leaseAtMs = Number.NEGATIVE_INFINITY
    if (this.#localLeft !== null) this.#localLeft += more / this.#instances()
  }

  /** Whether a request may begin. */
  isOpen(nowMs: number): boolean {
    this.#enterPeriod(nowMs)
    this.#usedAtMs = nowMs
    const isLeased = this.#available > 0
    const hasShare = this.#localLeft !== null && this.#localLeft > 0
    return this.#isRepaying ? isLeased && hasShare : isLeased || hasShare
  }

  /** Whether the limit is reached; false where a lease may still give something. */
  isReached(nowMs: number): boolean {
    if (this.#localLeft !== null && !(this.#isRepaying && this.#localLeft > 0)) return true
    return this.rule.amount <= 0 || nowMs < this.#leaseAtMs
  }

  /** When the limit starts again. */
  endsAtMs(nowMs: number): number {
    return spendPeriodAt(this.rule.period, nowMs).endMs
  }

  charge(nanoDollars: number, nowMs: number): void {
    this.#enterPeriod(nowMs)
    if (this.#localLeft === null) this.#available -= nanoDollars
    else if (this.#isRepaying) {
      this.#available -= nanoDollars
      this.#localLeft -= nanoDollars
    } else {
      const leased = Math.min(nanoDollars, Math.max(0, this.#available))
      this.#available -= leased
      this.#localLeft -= nanoDollars - leased
      this.#borrowed += nanoDollars - leased
    }
  }

  leaseFor(needs: readonly null[]): CounterLease {
    return this.#lease(
      needs.length === 0 ? 0 : Math.max(1, Math.floor((this.rule.amount * SLICED_SHARE) / this.#instances())),
      Math.max(0, -this.#available),
    )
  }

  receive(lease: CounterLease, { granted, used }: LeasedCounter): void {
    if (lease.periodStart !== this.#period.startMs) return
    this.#available += Math.max(0, lease.debt) + granted
    this.#used = used
    this.#seenAtMs = this.#askedAtMs
    if (lease.least > 0 && granted === 0) this.#leaseAtMs = this.#usedAtMs + RETRY_MS
  }

  giveBack(nowMs: number, unusedMs: number): CounterLease | null {
    this.#enterPeriod(nowMs)
    const isUnused = this.#usedAtMs <= nowMs - unusedMs
    if (this.#available > 0 && isUnused) {
      const debt = -this.#available
      this.#available = 0
      return this.#lease(0, debt)
    }
    // While the database is down, the share is that of what was last seen to be left.
    const isOld = this.#seenAtMs < nowMs - SEEN_MS && this.#usedAtMs > nowMs - WATCHED_MS
    this.#askedAtMs = nowMs
    return isOld ? this.#lease(0, 0) : null
  }

  get isInDebt(): boolean {
    return this.#available < 0
  }

  get isLocal(): boolean {
    return this.#localLeft !== null
  }

  goLocal(nowMs: number): void {
    if (this.#isRepaying) this.endLocal()
    this.#enterPeriod(nowMs)
    // What was leased is part of what was used, what is owed is not.
    this.#localLeft ??= (this.rule.amount - this.#used) / this.#instances() + Math.min(0, this.#available)
  }

  beginRepaying(): void {
    this.#isRepaying = this.#localLeft !== null
  }

  repayment(): Repayment<CounterLease, LeasedCounter> {
    const debt = Math.max(0, -this.#available)
    const borrowed = this.#borrowed
    const { startMs } = this.#period
    return {
      lease: this.#lease(0, debt + borrowed),
      onRepaid: (row) => {
        if (startMs !== this.#period.startMs) return
        this.#available += debt
        this.#borrowed -= borrowed
        if (row !== undefined) this.#used = row.used
      },
    }
  }

  endLocal(): void {
    this.#available -= this.#borrowed
    this.#borrowed = 0
    this.#localLeft = null
    this.#isRepaying = false
  }

  /** Whether nothing is lost if it is forgotten. */
  isForgettable(nowMs: number, unusedMs: number): boolean {
    return this.#available === 0 && this.#localLeft === null && this.#usedAtMs < nowMs - unusedMs
  }

  #lease(most: number, debt: number): CounterLease {
    const { scope, scopeId, amount } = this.rule
    const least = most > 0 ? 1 : 0
    return { key: this.key, scope, scopeId, periodStart: this.#period.startMs, amount, least, most, debt }
  }

  #enterPeriod(nowMs: number): void {
    if (nowMs >= this.#period.startMs && nowMs < this.#period.endMs) return
    this.#period = spendPeriodAt(this.rule.period, nowMs)
    this.#available = 0
    this.#used = 0
    this.#borrowed = 0
    this.#leaseAtMs = Number.NEGATIVE_INFINITY
    const isLocal = this.#isInMemory || this.#localLeft !== null
    this.#localLeft = isLocal ? this.rule.amount / this.#instances() : null
  }
}
