import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { recordUsage } from '../../test/random-usage.ts'
import { usageRow } from '../../test/usage-rows.ts'
import { type CounterLease, leaseCounters, openCounter } from './lease-counters.ts'

const DAY = Date.UTC(2026, 10, 30)
const leaseOf = (changes: Partial<CounterLease> = {}): CounterLease => ({
  key: 'a',
  scope: 'organization',
  scopeId: '',
  periodStart: DAY,
  amount: 100,
  least: 1,
  most: 30,
  debt: 0,
  ...changes,
})

describeOnDatabases('leaseCounters', (database) => {
  it('gives out the amount and no more, period by period', async () => {
    const state = await database.open()
    const granted: number[] = []
    for (let n = 0; n < 5; n++) granted.push((await leaseCounters(state, [leaseOf()]))[0]?.granted ?? -1)
    expect(granted).toEqual([30, 30, 30, 10, 0])
    expect(await leaseCounters(state, [leaseOf({ periodStart: DAY + 1 })])).toMatchObject([{ granted: 30 }])
    expect(await leaseCounters(state, [leaseOf({ least: 0, most: 0, debt: -20 })])).toEqual([
      { leaseKey: 'a', granted: 0, used: 80 },
    ])
    expect(await leaseCounters(state, [leaseOf()])).toMatchObject([{ granted: 20, used: 100 }])
    expect(await leaseCounters(state, [leaseOf({ debt: 7 })])).toMatchObject([{ granted: 0, used: 107 }])
    expect(await leaseCounters(state, [])).toEqual([])
  })

  it('adds up whatever is asked', async () => {
    const state = await database.open()
    const ask = fc.record({
      key: fc.constantFrom('a', 'b'),
      least: fc.constantFrom(0, 1, 5),
      most: fc.integer({ min: 1, max: 50 }),
      debt: fc.integer({ min: -10, max: 30 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { minLength: 1, maxLength: 12 }), async (asks) => {
        await sql`delete from counters`.execute(state.db)
        const used = new Map<string, number>()
        for (const { key, least, most, debt } of asks) {
          const before = used.get(key) ?? 0
          const left = 100 - before - debt
          const expected = least > 0 && left >= least ? Math.min(most, left) : 0
          const [leased] = await leaseCounters(state, [leaseOf({ key, least, most, debt })])
          expect(leased).toEqual({ leaseKey: key, granted: expected, used: before + debt + expected })
          used.set(key, before + debt + expected)
        }
      }),
      { numRuns: 20 },
    )
  })
})

describeOnDatabases('openCounter', (database) => {
  it('begins with what was spent in the period, and never lowers a counter', async () => {
    const state = await database.open()
    const free = { cacheReadCost: 0, cacheWrite5mCost: 0, cacheWrite1hCost: 0, outputCost: 0 }
    const row = (requestId: string, at: number, uncachedInputCost: number, apiKeyId = 'apikey_1') =>
      usageRow({ ...free, requestId, at, uncachedInputCost, apiKeyId, workspaceId: 'w', actorId: 'user_1' })
    await recordUsage(state, [
      row('a', DAY - 1, 1_000),
      row('b', DAY, 5),
      row('c', DAY + 3_600_000, 6),
      row('d', DAY + 3_600_000, 20, 'apikey_2'),
    ])
    const used = async (changes: Partial<CounterLease>) => {
      const lease = leaseOf(changes)
      await openCounter(state, lease)
      return (await leaseCounters(state, [{ ...lease, least: 0, most: 0 }]))[0]?.used
    }
    expect(await used({ key: 'all' })).toBe(31)
    expect(await used({ key: 'key', scope: 'key', scopeId: 'apikey_1' })).toBe(11)
    expect(await used({ key: 'workspace', scope: 'workspace', scopeId: 'w' })).toBe(31)
    expect(await used({ key: 'user', scope: 'user', scopeId: 'user_1' })).toBe(31)
    expect(await used({ key: 'none', scope: 'user', scopeId: 'user_2' })).toBe(0)
    await leaseCounters(state, [leaseOf({ key: 'all', most: 30 })])
    expect(await used({ key: 'all' })).toBe(61)
    // In place of the rows before.
    await recordUsage(state, [row('e', DAY, 100)])
    expect(await used({ key: 'all' })).toBe(100)
  })
})
