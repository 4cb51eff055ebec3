import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { lease } from './bucket.ts'
import { type BucketLease, leaseBuckets } from './lease-buckets.ts'

const size = { limit: 5, periodMs: 60_000 }
const leaseOf = (key: string, changes: Partial<BucketLease> = {}): BucketLease => ({
  key,
  size,
  least: 1,
  most: 1,
  debt: 0,
  kept: 0,
  ...changes,
})

describeOnDatabases('leaseBuckets', (database) => {
  it('gives out a full bucket and no more', async () => {
    const state = await database.open()
    const granted: number[] = []
    for (let n = 0; n < 7; n++) granted.push((await leaseBuckets(state, [leaseOf('a')]))[0]?.granted ?? -1)
    expect(granted).toEqual([1, 1, 1, 1, 1, 0, 0])
  })

  it('gives what is left, unless that is less than the least', async () => {
    const state = await database.open()
    const ask = async (changes: Partial<BucketLease>) =>
      (await leaseBuckets(state, [leaseOf('a', changes)]))[0]?.granted
    expect(await ask({ least: 2, most: 3, kept: 3 })).toBe(2)
    expect(await ask({ least: 4, most: 9 })).toBe(0)
    expect(await ask({ least: 1, most: 9 })).toBe(3)
    expect(await ask({ debt: -2, least: 1, most: 9 })).toBe(2)
    expect(await ask({ debt: 4, least: 0, most: 0 })).toBe(0)
    expect(await ask({ debt: -5, least: 1, most: 9 })).toBe(1)
  })

  it('computes what the pure function computes', async () => {
    const state = await database.open()
    const tokens = fc.integer({ min: 0, max: 40 })
    const asks = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c'),
        size: fc.constant({ limit: 20, periodMs: 1_000 }),
        least: tokens,
        most: tokens,
        debt: fc.integer({ min: -10, max: 400 }),
        kept: fc.constantFrom(0, 0, 5),
      }),
      { minLength: 1, maxLength: 3 },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(asks, { maxLength: 8 }), async (rounds) => {
        await sql`delete from buckets`.execute(state.db)
        const fullAt = new Map<string, number>()
        for (const round of rounds) {
          const leases = [...new Map(round.map((ask) => [ask.key, ask])).values()]
          for (const { leaseKey, granted, fullAt: at, nowMs } of await leaseBuckets(state, leases)) {
            const ask = leases.find(({ key }) => key === leaseKey)
            if (ask === undefined) throw new Error('a bucket that was not asked for')
            const expected = lease(fullAt.get(leaseKey) ?? 0, nowMs, ask, ask.size)
            expect(granted).toBe(expected.granted)
            expect(at).toBeCloseTo(expected.fullAtMs, 2)
            fullAt.set(leaseKey, at)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  it('leases by many at once without a deadlock', async () => {
    const state = await database.open()
    const keys = ['a', 'b', 'c', 'd']
    const rounds = Array.from({ length: 40 }, (_, n) =>
      leaseBuckets(
        state,
        (n % 2 === 0 ? keys : [...keys].reverse()).map((key) =>
          leaseOf(key, { size: { limit: 100, periodMs: 3_600_000 } }),
        ),
      ),
    )
    const granted = (await Promise.all(rounds)).flat().reduce((sum, row) => sum + row.granted, 0)
    expect(granted).toBe(160)
  })
})
