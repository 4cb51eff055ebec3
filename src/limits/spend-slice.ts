import type { Leasable, Repayment } from './leasable.ts'
import type { CounterLease, LeasedCounter } from './lease-counters.ts'
import type { SpendRule } from './limit-rule.ts'
import { spendPeriodAt } from './spend-period.ts'

/** How much of a limit all instances together may hold without spending it. */
const SLICED_SHARE = 0.004
/** How soon a limit that was reached is looked at again: others may have given something back. */
const RETRY_MS = 1_000

/**
 * What this instance holds of one limit of money in its present period. A request's price is only known at its end: it
 * may begin while there is anything left.
 */
export class SpendSlice implements Leasable<null, CounterLease, LeasedCounter> {
  readonly key: string
  readonly rule: SpendRule
  readonly #instances: () => number
  readonly #isInMemory: boolean
  #period = { startMs: 0, endMs: 0 }
  /** Negative for what was spent without a lease. */
  #available = 0
  /** As the last lease left it. */
  #used = 0
  #usedAtMs = Number.NEGATIVE_INFINITY
  #leaseAtMs = Number.NEGATIVE_INFINITY
  /** What may be spent in memory; null while the database leases. */
  #localLeft: number | null = null
  #isRepaying = false
  #borrowed = 0

  /** @param isInMemory whether there is no database */
  constructor(key: string, rule: SpendRule, instances: () => number, isInMemory: boolean) {
    this.key = key
    this.rule = rule
    this.#instances = instances
    this.#isInMemory = isInMemory
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
    if (this.#localLeft !== null && (this.#isRepaying || this.#available < nanoDollars))
      this.#localLeft -= nanoDollars
    if (this.#localLeft === null || this.#isRepaying || this.#available >= nanoDollars)
      this.#available -= nanoDollars
    else this.#borrowed += nanoDollars
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
    if (lease.least > 0 && granted === 0) this.#leaseAtMs = this.#usedAtMs + RETRY_MS
  }

  giveBack(nowMs: number, unusedMs: number): CounterLease | null {
    this.#enterPeriod(nowMs)
    if (this.#available <= 0 || this.#usedAtMs > nowMs - unusedMs) return null
    const debt = -this.#available
    this.#available = 0
    return this.#lease(0, debt)
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
    this.#localLeft ??= (this.rule.amount - this.#used) / this.#instances()
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
