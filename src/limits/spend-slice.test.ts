import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANONYMOUS_CALLER } from '../completion/caller.ts'
import { LimitError } from '../completion/limit-error.ts'
import type { BucketLease, LeasedBucket } from './lease-buckets.ts'
import type { CounterLease, LeasedCounter } from './lease-counters.ts'
import { LeaseDesk } from './lease-desk.ts'
import { LimitParts } from './limit-parts.ts'
import { RateAdmission } from './rate-admission.ts'
import { RuleBook } from './rule-book.ts'
import type { Need } from './slice.ts'

const NOON_MS = Date.UTC(2026, 10, 30, 12)
const NOTHING = { limits: [], spend: [] }
const MAX_COST = 50

/** Instances that share a budget for a day, with a clock that only the test moves. */
class Cluster {
  nowMs = NOON_MS
  isDown = false
  spent = 0
  readonly #instances: { admission: RateAdmission; parts: LimitParts }[]
  readonly #desks: LeaseDesk<null, CounterLease, LeasedCounter>[] = []
  readonly #used = new Map<string, number>()

  constructor(amount: number, count: number) {
    this.#instances = Array.from({ length: count }, () => this.#instance(amount, count))
  }

  /** Serves a request that costs something; false if it is refused. */
  async serve(instance: number, cost: number): Promise<boolean> {
    const admission = this.#instances[instance % this.#instances.length]?.admission
    try {
      const held = await admission?.admit({
        caller: ANONYMOUS_CALLER,
        modelId: 'm',
        allowsPriority: true,
        promptUnits: () => 0,
      })
      held?.spend(() => cost)
      held?.release()
      this.spent += cost
      return true
    } catch (error) {
      if (error instanceof LimitError) return false
      throw error
    }
  }

  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 500) {
      this.nowMs += Math.min(500, leftMs)
      for (const desk of this.#desks) await desk.maintain()
    }
  }

  setAmount(amount: number): void {
    for (const { parts } of this.#instances) parts.setBook(bookOf(amount))
  }

  #instance(amount: number, count: number): { admission: RateAdmission; parts: LimitParts } {
    const nowMs = () => this.nowMs
    const onLease = () => undefined
    const buckets = new LeaseDesk<Need, BucketLease, LeasedBucket>({ lease: async () => [], nowMs, onLease })
    const counters = new LeaseDesk<null, CounterLease, LeasedCounter>({
      lease: async (leases) => this.#lease(leases),
      nowMs,
      onLease,
    })
    this.#desks.push(counters)
    const desks = { buckets, counters }
    const parts = new LimitParts(bookOf(amount), desks, () => count)
    const admission = new RateAdmission({
      parts,
      desks,
      organizationId: 'org',
      nowMs,
      priority: () => null,
      onRefusal: () => undefined,
    })
    return { admission, parts }
  }

  #lease(leases: readonly CounterLease[]): LeasedCounter[] {
    if (this.isDown) throw new Error('down')
    return leases.map(({ key, periodStart, amount, least, most, debt }) => {
      const counter = `${key} ${periodStart}`
      const used = (this.#used.get(counter) ?? 0) + debt
      const granted = least > 0 && amount - used >= least ? Math.min(most, amount - used) : 0
      this.#used.set(counter, used + granted)
      return { leaseKey: key, granted, used: used + granted }
    })
  }
}

function bookOf(amount: number): RuleBook {
  const spend = [{ scope: 'organization' as const, scopeId: '', period: 'daily' as const, amount }]
  return new RuleBook({ limits: [], spend }, NOTHING)
}

const STEP = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      serve: fc.nat(9),
      cost: fc.integer({ min: 0, max: MAX_COST }),
      times: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ passMs: fc.integer({ min: 1, max: 4_000 }) }) },
)
const OUTAGE = fc.constantFrom({ isDown: true }, { isDown: false })

describe('instances that share a limit of money', () => {
  it('spend no more than it and one request each, and refuse nothing before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 2, 4), fc.array(STEP, { maxLength: 80 }), async (count, steps) => {
        const amount = 1_000
        const cluster = new Cluster(amount, count)
        for (const step of steps) {
          if ('passMs' in step) await cluster.pass(step.passMs)
          else
            for (let n = 0; n < step.times; n++) {
              const isServed = await cluster.serve(step.serve + n, step.cost)
              // Slices of other instances.
              if (!isServed) expect(cluster.spent).toBeGreaterThanOrEqual(amount * 0.99)
            }
          expect(cluster.spent).toBeLessThan(amount + count * MAX_COST)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('spend no more while the database comes and goes', async () => {
    const steps = fc.array(fc.oneof({ weight: 4, arbitrary: STEP }, { weight: 1, arbitrary: OUTAGE }), {
      minLength: 10,
      maxLength: 80,
      size: 'max',
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 2, 4), steps, async (count, allSteps) => {
        const amount = 3_000
        const cluster = new Cluster(amount, count)
        for (const step of allSteps) {
          if ('passMs' in step) await cluster.pass(step.passMs)
          else if ('isDown' in step) {
            // Each knows what the others have spent two seconds ago at least.
            await cluster.pass(3_000)
            cluster.isDown = step.isDown
            await cluster.pass(500)
          } else for (let n = 0; n < step.times; n++) await cluster.serve(step.serve + n, step.cost)
          expect(cluster.spent).toBeLessThan(amount + 2 * count * MAX_COST)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('begin again with the next period', async () => {
    const cluster = new Cluster(10, 2)
    expect(await cluster.serve(0, 10)).toBe(true)
    expect(await cluster.serve(0, 10)).toBe(false)
    cluster.nowMs = Date.UTC(2026, 11, 1)
    expect(await cluster.serve(0, 10)).toBe(true)
    await cluster.pass(500)
    expect(await cluster.serve(1, 10)).toBe(false)
  })

  it('follow a limit that is changed', async () => {
    const cluster = new Cluster(10, 1)
    expect([await cluster.serve(0, 10), await cluster.serve(0, 10)]).toEqual([true, false])
    cluster.setAmount(15)
    expect([await cluster.serve(0, 5), await cluster.serve(0, 5)]).toEqual([true, false])
    cluster.setAmount(0)
    await cluster.pass(2_000)
    expect(await cluster.serve(0, 5)).toBe(false)
  })
})
