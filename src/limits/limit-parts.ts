import { ConcurrencyGate } from './concurrency-gate.ts'
import type { BucketLease, LeasedBucket } from './lease-buckets.ts'
import type { CounterLease, LeasedCounter } from './lease-counters.ts'
import type { LeaseDesk } from './lease-desk.ts'
import { ALL_MODELS, type LimitRule, limitKey, type SpendRule, spendKey } from './limit-rule.ts'
import { MEASURES, type RateMeasure } from './measure.ts'
import type { LimitedRequest, RuleBook } from './rule-book.ts'
import { type Need, Slice } from './slice.ts'
import { SpendSlice } from './spend-slice.ts'

/** Most callers, by model, whose limits are looked up only once. */
const MAX_KNOWN_CALLERS = 10_000
/** More than this many parts are looked through for those that no one uses. */
const MAX_PARTS = 20_000
const UNUSED_MS = 60_000

/** A rate limit that a request must meet. */
export interface AppliedRate {
  readonly rule: LimitRule
  readonly measure: RateMeasure
  readonly slice: Slice
}

/** Everything that a request must meet. */
export interface AppliedLimits {
  readonly rates: readonly AppliedRate[]
  readonly gates: readonly { readonly rule: LimitRule; readonly gate: ConcurrencyGate }[]
  readonly spend: readonly SpendSlice[]
}

/** How parts are leased from the database. */
export interface LeaseDesks {
  readonly buckets: LeaseDesk<Need, BucketLease, LeasedBucket>
  readonly counters: LeaseDesk<null, CounterLease, LeasedCounter>
}

/** This instance's parts of all limits. */
export class LimitParts {
  readonly #desks: LeaseDesks | null
  readonly #instances: () => number
  #book: RuleBook
  readonly #known = new Map<string, AppliedLimits | null>()
  readonly #slices = new Map<string, Slice>()
  readonly #spend = new Map<string, SpendSlice>()
  readonly #gates = new Map<string, ConcurrencyGate>()

  /** @param desks null where there is no database: then limits count in memory */
  constructor(book: RuleBook, desks: LeaseDesks | null, instances: () => number) {
    this.#book = book
    this.#desks = desks
    this.#instances = instances
  }

  /** Other rules hold from now on. What is used of a limit that stays remains used. */
  setBook(book: RuleBook): void {
    this.#book = book
    this.#known.clear()
  }

  /** The limits of a request; null if there are none. */
  limitsFor(request: LimitedRequest, nowMs: number): AppliedLimits | null {
    if (this.#book.isEmpty) return null
    const { workspaceId, apiKeyId, actorId, modelId } = request
    const name = JSON.stringify([workspaceId, apiKeyId, actorId, modelId])
    const known = this.#known.get(name)
    if (known !== undefined) return known
    if (this.#known.size >= MAX_KNOWN_CALLERS) this.#known.clear()
    if (this.#slices.size + this.#spend.size + this.#gates.size >= MAX_PARTS) this.#forget(nowMs)
    const limits = this.#apply(request)
    this.#known.set(name, limits)
    return limits
  }

  #apply(request: LimitedRequest): AppliedLimits | null {
    const { limits, spend } = this.#book.rulesFor(request)
    if (limits.length === 0 && spend.length === 0) return null
    return {
      rates: limits.flatMap((rule) =>
        rule.measure === 'concurrency'
          ? []
          : [{ rule, measure: rule.measure, slice: this.#sliceOf(rule, rule.measure) }],
      ),
      gates: limits.flatMap((rule) =>
        rule.measure === 'concurrency' ? [{ rule, gate: this.#gateOf(rule) }] : [],
      ),
      spend: spend.map((rule) => this.#spendSliceOf(rule)),
    }
  }

  #sliceOf(rule: LimitRule, measure: RateMeasure): Slice {
    const key = bucketKey(rule)
    const known = this.#slices.get(key)
    if (known !== undefined) {
      known.setLimit(rule.amount)
      return known
    }
    const size = { limit: rule.amount, periodMs: MEASURES[measure].periodMs ?? 0 }
    const slice = this.#desks === null ? Slice.inMemory(key, size) : new Slice(key, size, this.#instances)
    this.#slices.set(key, slice)
    this.#desks?.buckets.add(slice)
    return slice
  }

  #gateOf(rule: LimitRule): ConcurrencyGate {
    const key = limitKey(rule)
    const known = this.#gates.get(key)
    if (known !== undefined) {
      known.limit = rule.amount
      return known
    }
    const gate = new ConcurrencyGate(rule.amount, this.#instances)
    this.#gates.set(key, gate)
    return gate
  }

  #spendSliceOf(rule: SpendRule): SpendSlice {
    const key = spendKey(rule)
    const known = this.#spend.get(key)
    if (known !== undefined) {
      known.setAmount(rule.amount)
      return known
    }
    const slice = new SpendSlice(key, rule, this.#instances, this.#desks === null)
    this.#spend.set(key, slice)
    this.#desks?.counters.add(slice)
    return slice
  }

  #forget(nowMs: number): void {
    this.#known.clear()
    for (const [key, slice] of this.#slices) {
      if (!slice.isForgettable(nowMs, UNUSED_MS)) continue
      this.#slices.delete(key)
      this.#desks?.buckets.delete(slice)
    }
    for (const [key, slice] of this.#spend) {
      if (!slice.isForgettable(nowMs, UNUSED_MS)) continue
      this.#spend.delete(key)
      this.#desks?.counters.delete(slice)
    }
    for (const [key, gate] of this.#gates) if (gate.isEmpty) this.#gates.delete(key)
  }
}

/** A bucket's key in the database. */
function bucketKey({ scope, scopeId, modelGroup, measure }: LimitRule): string {
  return [scope, scopeId, modelGroup === ALL_MODELS ? '' : modelGroup, MEASURES[measure].limiterType].join(
    '/',
  )
}
