import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { RANDOM_USAGE_START, randomUsageRows, recordUsage } from '../../test/random-usage.ts'
import { usageRow } from '../../test/usage-rows.ts'
import { totalCost, totalTokens } from './cost-line.ts'
import type { UsageDimension } from './usage-dimension.ts'
import type { UsageRow } from './usage-row.ts'
import { readUsageSums, type UsageSums, type UsageSumsQuery } from './usage-sums.ts'

const HOUR_MS = 3_600_000
const WHOLE: UsageSumsQuery = {
  source: 'hours',
  from: 0,
  to: 2 * RANDOM_USAGE_START,
  bucketMs: null,
  groupBy: [],
  filters: new Map(),
  limit: 10_000,
}

const readValue: Readonly<Record<UsageDimension, (row: UsageRow) => string>> = {
  workspaceId: (row) => row.workspaceId,
  apiKeyId: (row) => row.apiKeyId,
  userId: ({ actorId }) => (actorId.startsWith('user_') ? actorId : ''),
  serviceAccountId: ({ actorId }) => (actorId.startsWith('svac_') ? actorId : ''),
  actor: ({ actorId, apiKeyId }) => actorId || apiKeyId,
  actorType: ({ actorId, apiKeyId }) => {
    if (actorId.startsWith('user_')) return 'user_actor'
    if (actorId.startsWith('svac_')) return 'service_account_actor'
    return apiKeyId === '' ? '' : 'api_actor'
  },
  model: (row) => row.model,
  serviceTier: (row) => row.serviceTier,
  priceTier: ({ serviceTier }) => (serviceTier === 'batch' ? 'batch' : 'standard'),
  contextWindow: (row) => row.contextWindow,
  inferenceGeo: (row) => row.inferenceGeo,
  speed: (row) => row.speed,
  product: (row) => row.product,
}
const DIMENSIONS = Object.keys(readValue) as UsageDimension[]

/** A range of whole hours, buckets, dimensions and filters. */
const randomQuery = fc.record({
  range: fc
    .tuple(fc.integer({ min: -2, max: 75 }), fc.integer({ min: 1, max: 75 }))
    .map(([first, hours]) => ({
      from: Math.floor(RANDOM_USAGE_START / HOUR_MS + first) * HOUR_MS,
      to: Math.floor(RANDOM_USAGE_START / HOUR_MS + first + hours) * HOUR_MS,
    })),
  bucketMs: fc.constantFrom(null, HOUR_MS, 24 * HOUR_MS),
  groupBy: fc.subarray(DIMENSIONS),
  filters: fc
    .tuple(fc.subarray(DIMENSIONS, { maxLength: 2 }), fc.nat())
    .map(
      ([dimensions, seed]) => new Map(dimensions.map((dimension) => [dimension, valuesOf(dimension, seed)])),
    ),
  withRefused: fc.boolean(),
})

describeOnDatabases('readUsageSums', (database) => {
  it('adds up rows, and hourly sums to the same, for any range, buckets, groups and filters', async () => {
    const state = await database.open()
    await fc.assert(
      fc.asyncProperty(
        randomUsageRows,
        fc.array(randomQuery, { minLength: 1, maxLength: 8 }),
        async (rows, queries) => {
          await recordUsage(state, rows)
          for (const { range, ...query } of queries) {
            const whole = { ...WHOLE, ...range, ...query }
            const expected = expectedSums(rows, whole)
            expect(await readUsageSums(state.reports, { ...whole, source: 'requests' })).toEqual(expected)
            expect(await readUsageSums(state.reports, { ...whole, source: 'hours' })).toEqual(expected)
          }
        },
      ),
      { numRuns: database.kind === 'sqlite' ? 30 : 10 },
    )
  })

  it('reads minutes from rows', async () => {
    const state = await database.open()
    const times = [59_999, 60_000, 60_001, 180_000]
    await recordUsage(
      state,
      times.map((ms, n) => usageRow({ requestId: `${n}`, at: RANDOM_USAGE_START + ms, outputTokens: 1 })),
    )
    const sums = await readUsageSums(state.reports, {
      ...WHOLE,
      source: 'requests',
      bucketMs: 60_000,
      to: RANDOM_USAGE_START + 180_000,
    })
    expect(sums.map(({ from, outputTokens }) => [from - RANDOM_USAGE_START, outputTokens])).toEqual([
      [0, 1],
      [60_000, 2],
    ])
  })

  it('ranks groups, and pages through them', async () => {
    const state = await database.open()
    const rows = ['a', 'b', 'c', 'd'].map((model, n) =>
      usageRow({
        requestId: model,
        model,
        at: RANDOM_USAGE_START,
        outputTokens: n === 3 ? 0 : n,
        uncachedInputTokens: 10 - n,
        outputCost: n === 1 ? 2_000_000 : 0,
      }),
    )
    await recordUsage(state, rows)
    const models = async (query: Partial<UsageSumsQuery>) => {
      const sums = await readUsageSums(state.reports, { ...WHOLE, groupBy: ['model'], ...query })
      return sums.map(({ values }) => values[0]).join('')
    }
    const by = (order: 'outputTokens' | 'uncachedInputTokens' | 'totalTokens' | 'cost' | 'requests') =>
      ({ by: order, direction: 'desc' }) as const
    expect(await models({})).toBe('abcd')
    expect(await models({ orderBy: [by('outputTokens')] })).toBe('cbad')
    expect(await models({ orderBy: [{ by: 'uncachedInputTokens', direction: 'asc' }] })).toBe('dcba')
    expect(await models({ orderBy: [by('totalTokens')] })).toBe('abcd')
    expect(await models({ orderBy: [by('cost')], limit: 1 })).toBe('b')
    expect(await models({ orderBy: [by('requests'), by('outputTokens')], limit: 2, offset: 1 })).toBe('ba')
  })

  it('excludes removed users, and those alone', async () => {
    const state = await database.open()
    for (const [id, removedAt] of [
      ['user_1', null],
      ['user_2', 5],
    ] as const) {
      const user = { email: id, emailKey: id, name: id, role: 'user', passwordHash: null, oidcSubject: null }
      await state.db
        .insertInto('users')
        .values({ ...user, id, addedAt: 0, removedAt })
        .execute()
    }
    const actors = ['user_1', 'user_2', 'user_3', 'svac_1', '']
    await recordUsage(
      state,
      actors.map((actorId) =>
        usageRow({ requestId: actorId, actorId, apiKeyId: '', at: RANDOM_USAGE_START }),
      ),
    )
    const sums = await readUsageSums(state.reports, {
      ...WHOLE,
      groupBy: ['actor'],
      excludesRemovedUsers: true,
    })
    expect(sums.map(({ values }) => values[0])).toEqual(['', 'svac_1', 'user_1', 'user_3'])
  })
})

/** Some of the values that random rows have, and one that they have not. */
function valuesOf(dimension: UsageDimension, seed: number): string[] {
  const pool: Partial<Record<UsageDimension, string[]>> = {
    workspaceId: ['default', 'wrkspc_1'],
    apiKeyId: ['', 'apikey_1', 'apikey_2'],
    userId: ['', 'user_1'],
    serviceAccountId: ['', 'svac_1'],
    actor: ['', 'user_1', 'svac_1', 'apikey_1'],
    actorType: ['', 'user_actor', 'service_account_actor', 'api_actor'],
    model: ['large', "small's"],
    serviceTier: ['standard', 'batch', 'priority'],
    priceTier: ['standard', 'batch'],
    inferenceGeo: ['', 'global'],
    contextWindow: ['0-200k', '200k-1M'],
  }
  return [...(pool[dimension] ?? ['standard', 'messages_api']), 'no such value'].filter(
    (_, index) => (seed >> index) % 2 === 0,
  )
}

/** What the sums of rows are, by another way. */
function expectedSums(rows: readonly UsageRow[], query: UsageSumsQuery): UsageSums[] {
  const { from, to, bucketMs, groupBy, filters, withRefused } = query
  const groups = new Map<string, { readonly from: number; readonly values: string[]; rows: UsageRow[] }>()
  for (const row of rows) {
    const isFiltered = [...filters].some(([dimension, values]) => !values.includes(readValue[dimension](row)))
    if (row.at < from || row.at >= to || isFiltered) continue
    const start = bucketMs === null ? from : row.at - (row.at % bucketMs)
    const values = groupBy.map((dimension) => readValue[dimension](row))
    const key = JSON.stringify([start, values])
    const group = groups.get(key) ?? { from: start, values, rows: [] }
    group.rows.push(row)
    groups.set(key, group)
  }
  const sums = [...groups.values()].map((group) => sumsOf(group))
  const used = sums.filter(
    (sum) => withRefused === true || sum.requests > 0 || totalTokens(sum) > 0 || totalCost(sum) > 0n,
  )
  return used.sort((a, b) => a.from - b.from || compareLists(a.values, b.values))
}

function sumsOf({ from, values, rows }: { from: number; values: string[]; rows: UsageRow[] }): UsageSums {
  const total = (
    name:
      | 'uncachedInputTokens'
      | 'cacheReadTokens'
      | 'cacheWrite5mTokens'
      | 'cacheWrite1hTokens'
      | 'outputTokens'
      | 'webSearches',
  ) => rows.reduce((sum, row) => sum + row[name], 0)
  const cost = (
    name: 'uncachedInputCost' | 'cacheReadCost' | 'cacheWrite5mCost' | 'cacheWrite1hCost' | 'outputCost',
  ) => rows.reduce((sum, row) => sum + BigInt(row[name]), 0n)
  return {
    ...{ from, values },
    requests: rows.filter(({ status }) => status < 400).length,
    errors: rows.filter(({ status }) => status >= 400).length,
    uncachedInputTokens: total('uncachedInputTokens'),
    cacheReadTokens: total('cacheReadTokens'),
    cacheWrite5mTokens: total('cacheWrite5mTokens'),
    cacheWrite1hTokens: total('cacheWrite1hTokens'),
    outputTokens: total('outputTokens'),
    webSearches: total('webSearches'),
    uncachedInputCost: cost('uncachedInputCost'),
    cacheReadCost: cost('cacheReadCost'),
    cacheWrite5mCost: cost('cacheWrite5mCost'),
    cacheWrite1hCost: cost('cacheWrite1hCost'),
    outputCost: cost('outputCost'),
  }
}

/** By their bytes, as databases do. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, value] of a.entries()) {
    const order = Buffer.compare(Buffer.from(value), Buffer.from(b[index] ?? ''))
    if (order !== 0) return order
  }
  return 0
}
