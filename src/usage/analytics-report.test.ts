import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { recordUsage } from '../../test/random-usage.ts'
import { usageRow } from '../../test/usage-rows.ts'
import type { State } from '../state/state.ts'
import { type AnalyticsRequest, readAnalyticsReport } from './analytics-report.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const DAY = Date.UTC(2026, 10, 1)
const REQUEST: AnalyticsRequest = {
  from: DAY,
  to: DAY + 31 * DAY_MS,
  bucketWidth: null,
  groupBy: [],
  filters: new Map(),
  excludesRemovedUsers: false,
  orderBy: [{ by: 'totalTokens', direction: 'desc' }],
  limit: 20,
  offset: 0,
}

describeOnDatabases('readAnalyticsReport', (database) => {
  it('has a row for each group over whole hours, the largest first', async () => {
    const state = await database.open()
    await recordUsage(state, [
      row('before', { at: DAY + HOUR_MS - 1 }),
      row('first', { at: DAY + HOUR_MS, outputTokens: 1 }),
      row('second', { at: DAY + 2 * HOUR_MS, outputTokens: 5, model: 'other' }),
      row('after', { at: DAY + 3 * HOUR_MS }),
    ])
    const range = { from: DAY + 1.5 * HOUR_MS, to: DAY + 3.9 * HOUR_MS }
    expect(await readModels(state, range)).toEqual([
      ['other', 5, HOUR_MS, 3 * HOUR_MS],
      ['model', 1, HOUR_MS, 3 * HOUR_MS],
    ])
    expect(await readModels(state, { ...range, to: range.from })).toEqual([])
  })

  it('has a row for each bucket and group', async () => {
    const state = await database.open()
    await recordUsage(state, [
      row('a', { at: DAY, outputTokens: 1 }),
      row('b', { at: DAY + MINUTE_MS, outputTokens: 3 }),
      row('c', { at: DAY + 2 * HOUR_MS, outputTokens: 5 }),
    ])
    const range = { from: DAY + 1, to: DAY + 2 * HOUR_MS + 1 }
    expect(await readModels(state, { ...range, bucketWidth: '1d' })).toEqual([['model', 9, 0, DAY_MS]])
    expect(await readModels(state, { ...range, bucketWidth: '1h' })).toEqual([
      ['model', 5, 2 * HOUR_MS, 3 * HOUR_MS],
      ['model', 4, 0, HOUR_MS],
    ])
    const orderBy = [{ by: 'time', direction: 'asc' }] as const
    expect(await readModels(state, { ...range, bucketWidth: '1m', orderBy })).toEqual([
      ['model', 1, 0, MINUTE_MS],
      ['model', 3, MINUTE_MS, 2 * MINUTE_MS],
      ['model', 5, 2 * HOUR_MS, 2 * HOUR_MS + MINUTE_MS],
    ])
  })

  it('reads every row once, page by page', async () => {
    const state = await database.open()
    await recordUsage(
      state,
      Array.from({ length: 7 }, (_, n) => row(`${n}`, { at: DAY, model: `m${n}`, outputTokens: n % 3 })),
    )
    const models: string[] = []
    let offset: number | null = 0
    while (offset !== null) {
      const page = await readAnalyticsReport(state, { ...REQUEST, groupBy: ['model'], limit: 3, offset })
      models.push(...page.rows.map(({ sums }) => sums.values[0] ?? ''))
      offset = page.nextOffset
    }
    expect(models).toEqual(['m2', 'm5', 'm1', 'm4', 'm0', 'm3', 'm6'])
  })

  it('names the users of its rows', async () => {
    const state = await database.open()
    const user = { emailKey: '', role: 'user', passwordHash: null, oidcSubject: null, addedAt: 0 }
    for (const [id, removedAt] of [
      ['user_1', null],
      ['user_2', 5],
    ] as const)
      await state.db
        .insertInto('users')
        .values({ ...user, id, email: `${id}@example.com`, name: id.toUpperCase(), removedAt })
        .execute()
    const actors = ['user_1', 'user_2', 'user_3', 'svac_1', '']
    await recordUsage(
      state,
      actors.map((actorId) => row(actorId, { at: DAY, actorId })),
    )
    const { users } = await readAnalyticsReport(state, { ...REQUEST, groupBy: ['model', 'actor'] })
    expect([...users].sort()).toEqual([
      ['user_1', { name: 'USER_1', email: 'user_1@example.com', isRemoved: false }],
      ['user_2', { name: 'USER_2', email: 'user_2@example.com', isRemoved: true }],
    ])
  })
})

/** The model, output tokens and bounds of each row, in milliseconds from the start of the day. */
async function readModels(state: State, request: Partial<AnalyticsRequest>) {
  const report = await readAnalyticsReport(state, { ...REQUEST, groupBy: ['model'], ...request })
  return report.rows.map(({ from, to, sums }) => [sums.values[0], sums.outputTokens, from - DAY, to - DAY])
}

function row(requestId: string, given: Parameters<typeof usageRow>[0]) {
  const none = { uncachedInputTokens: 0, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 }
  return usageRow({ ...none, requestId, ...given })
}
