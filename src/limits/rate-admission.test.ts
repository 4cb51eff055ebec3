import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANONYMOUS_CALLER } from '../completion/caller.ts'
import { LimitError } from '../completion/limit-error.ts'
import { type BucketSize, fullAtAfter, lease, tokensIn } from './bucket.ts'
import type { BucketLease, LeasedBucket } from './lease-buckets.ts'
import type { CounterLease, LeasedCounter } from './lease-counters.ts'
import { LeaseDesk } from './lease-desk.ts'
import { LimitParts } from './limit-parts.ts'
import type { RuleList } from './limit-rule.ts'
import { RateAdmission } from './rate-admission.ts'
import { RuleBook } from './rule-book.ts'
import type { Need } from './slice.ts'

const MINUTE_MS = 60_000
const START_MS = 1_800_000_000_000

/** Instances on one database, with a clock that only the test moves. */
class Cluster {
  nowMs = START_MS
  isDown = false
  readonly instances: RateAdmission[]
  readonly desks: LeaseDesk<Need, BucketLease, LeasedBucket>[] = []
  readonly #fullAt = new Map<string, number>()
  statements = 0

  constructor(rules: RuleList, count: number) {
    this.instances = Array.from({ length: count }, () => this.#instance(rules, count))
  }

  /** Lets time pass, with what instances do every half second. */
  async pass(ms: number): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= 500) {
      this.nowMs += Math.min(500, leftMs)
      for (const desk of this.desks) await desk.maintain()
    }
  }

  async ask(
    instance: number,
    estimatedTokens = 4,
    promptTokens = estimatedTokens,
  ): Promise<'admitted' | LimitError> {
    const admission = this.instances[instance]
    if (admission === undefined) throw new Error('no such instance')
    try {
      const held = await admission.admit({
        caller: ANONYMOUS_CALLER,
        modelId: 'm',
        allowsPriority: true,
        // Too few to learn from.
        promptUnits: () => estimatedTokens * 3,
      })
      held.use({ promptTokens, cacheReadTokens: 0, completionTokens: 0 })
      held.release()
      return 'admitted'
    } catch (error) {
      if (error instanceof LimitError) return error
      throw error
    }
  }

  #instance(rules: RuleList, count: number): RateAdmission {
    const nowMs = () => this.nowMs
    const buckets = new LeaseDesk<Need, BucketLease, LeasedBucket>({
      lease: async (leases) => this.#lease(leases),
      nowMs,
      onLease: () => undefined,
    })
    const counters = new LeaseDesk<null, CounterLease, LeasedCounter>({
      lease: async () => [],
      nowMs,
      onLease: () => undefined,
    })
    this.desks.push(buckets)
    const desks = { buckets, counters }
    const book = new RuleBook(rules, { limits: [], spend: [] })
    const parts = new LimitParts(book, desks, () => count)
    return new RateAdmission({
      parts,
      desks,
      organizationId: 'org',
      nowMs,
      priority: () => null,
      onRefusal: () => undefined,
    })
  }

  #lease(leases: readonly BucketLease[]): LeasedBucket[] {
    if (this.isDown) throw new Error('down')
    this.statements += 1
    return leases.map((asked) => {
      const { granted, fullAtMs } = lease(this.#fullAt.get(asked.key) ?? 0, this.nowMs, asked, asked.size)
      this.#fullAt.set(asked.key, fullAtMs)
      return { leaseKey: asked.key, granted, fullAt: fullAtMs, nowMs: this.nowMs }
    })
  }
}

const requestsPerMinute = (amount: number): RuleList => ({
  limits: [{ scope: 'organization', scopeId: '', modelGroup: 'all', measure: 'requests', amount }],
  spend: [],
})

const STEP = fc.oneof(
  { weight: 8, arbitrary: fc.record({ ask: fc.nat(), times: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 4, arbitrary: fc.record({ passMs: fc.integer({ min: 1, max: 5_000 }) }) },
  { weight: 1, arbitrary: fc.record({ passMs: fc.integer({ min: 5_000, max: 90_000 }) }) },
)
const OUTAGE = fc.constantFrom({ goes: 'down' } as const, { goes: 'up' } as const)

describe('instances that share a limit', () => {
  it('never admit more than one bucket would, and refuse only what it nearly would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 3, 5),
        fc.constantFrom(1, 5, 60, 300, 2_000),
        fc.array(STEP, { maxLength: 60, size: 'max' }),
        async (count, limit, steps) => {
          const cluster = new Cluster(requestsPerMinute(limit), count)
          const ideal = new IdealBucket({ limit, periodMs: MINUTE_MS })
          for (const step of steps) {
            const outcomes = await take(step, cluster)
            for (const outcome of outcomes) if (outcome === 'admitted') ideal.take(cluster.nowMs)
            if (outcomes.some((outcome) => outcome !== 'admitted'))
              // Slices, what is kept in the bucket for them, and what refills until the next lease is asked for.
              expect(ideal.tokens(cluster.nowMs)).toBeLessThan(2 + 0.01 * limit)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('never admit more while the database comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 3, 5),
        fc.constantFrom(5, 20, 60, 300),
        fc.array(fc.oneof({ weight: 4, arbitrary: STEP }, { weight: 1, arbitrary: OUTAGE }), {
          minLength: 10,
          maxLength: 60,
          size: 'max',
        }),
        async (count, limit, steps) => {
          const cluster = new Cluster(requestsPerMinute(limit), count)
          const ideal = new IdealBucket({ limit, periodMs: MINUTE_MS })
          for (const step of steps) {
            for (const outcome of await take(step, cluster))
              if (outcome === 'admitted') ideal.take(cluster.nowMs)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('make up for tokens that were counted late', async () => {
    const request = fc.record({
      ask: fc.nat(9),
      estimated: fc.integer({ min: 1, max: 60 }),
      counted: fc.integer({ min: 1, max: 60 }),
    })
    const steps = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: request },
        { weight: 1, arbitrary: fc.record({ passMs: fc.nat(8_000) }) },
      ),
      { maxLength: 120, size: 'max' },
    )
    const size = { limit: 300, periodMs: MINUTE_MS }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(1, 2, 4), steps, async (count, allSteps) => {
        const cluster = new Cluster(
          {
            limits: [
              {
                scope: 'organization',
                scopeId: '',
                modelGroup: 'all',
                measure: 'inputTokens',
                amount: size.limit,
              },
            ],
            spend: [],
          },
          count,
        )
        let fullAtMs = 0
        for (const step of allSteps) {
          if ('passMs' in step) {
            await cluster.pass(step.passMs)
            continue
          }
          const outcome = await cluster.ask(step.ask % count, step.estimated, step.counted)
          // What other instances have not charged yet.
          const tokens = tokensIn(fullAtMs, cluster.nowMs, size)
          if (outcome === 'admitted') {
            fullAtMs = fullAtAfter(fullAtMs, cluster.nowMs, step.counted, size)
            expect(tokens).toBeGreaterThan(step.estimated - count * 60 - 1)
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('refuse every request where nothing is allowed', async () => {
    const cluster = new Cluster(requestsPerMinute(0), 2)
    const refusal = await cluster.ask(0)
    expect(refusal).toMatchObject({ code: 'larger-than-limit', retryAfterMs: null })
    const status = refusal === 'admitted' ? {} : refusal.status
    expect(status).toEqual({ requests: { limit: 0, remaining: 0, fullAtMs: START_MS } })
    expect(cluster.statements).toBe(0)
  })

  it('ask the database rarely', async () => {
    const cluster = new Cluster(requestsPerMinute(60_000), 4)
    for (let n = 0; n < 2_000; n++) {
      cluster.nowMs += 1
      expect(await cluster.ask(n % 4)).toBe('admitted')
    }
    expect(cluster.statements).toBeLessThan(60)
    const { statements } = cluster
    for (let n = 0; n < 100_000; n++) await cluster.ask(n % 4)
    expect(cluster.statements - statements).toBeLessThan(1_400)
  })

  it('share the limit while the database is down', async () => {
    const cluster = new Cluster(requestsPerMinute(600), 3)
    cluster.isDown = true
    let admitted = 0
    for (let second = 0; second < 120; second++) {
      cluster.nowMs += 1_000
      for (let n = 0; n < 30; n++) if ((await cluster.ask(n % 3)) === 'admitted') admitted += 1
    }
    expect(admitted).toBeGreaterThanOrEqual(1_190 - 3)
    expect(admitted).toBeLessThanOrEqual(1_200)
  })
})

/** One bucket that every request goes to: it fails when there is nothing in it. */
class IdealBucket {
  readonly #size: BucketSize
  #fullAtMs = 0

  constructor(size: BucketSize) {
    this.#size = size
  }

  tokens(nowMs: number): number {
    return tokensIn(this.#fullAtMs, nowMs, this.#size)
  }

  take(nowMs: number): void {
    this.#fullAtMs = fullAtAfter(this.#fullAtMs, nowMs, 1, this.#size)
    expect(this.tokens(nowMs), 'tokens left').toBeGreaterThan(-1e-3)
  }
}

type Step =
  | { readonly ask: number; readonly times: number }
  | { readonly passMs: number }
  | { readonly goes: 'down' | 'up' }

async function take(step: Step, cluster: Cluster): Promise<('admitted' | LimitError)[]> {
  if ('passMs' in step) await cluster.pass(step.passMs)
  else if ('goes' in step) {
    cluster.isDown = step.goes === 'down'
    // What the timer does within the time that it takes to connect again.
    await cluster.pass(500)
  } else {
    const asks = Array.from({ length: step.times }, (_, n) =>
      cluster.ask((step.ask + n) % cluster.instances.length),
    )
    return Promise.all(asks)
  }
  return []
}
