import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../state/database.ts'
import { storableText } from '../state/storable-text.ts'
import { dimensionValue, type UsageDimension } from './usage-dimension.ts'

/** Which values of a dimension are counted; all of those without an entry. */
export type UsageFilters = ReadonlyMap<UsageDimension, readonly string[]>

/** What is read: single requests, which are kept for some weeks, or the sums of whole hours, which are kept for ever. */
export type UsageSource = 'requests' | 'hours'

/** What rows are sorted by: a sum, or the start of the bucket. */
export type UsageOrder = 'time' | 'requests' | 'totalTokens' | 'outputTokens' | 'uncachedInputTokens' | 'cost'

/** Which sums are asked for. */
export interface UsageSumsQuery {
  readonly source: UsageSource
  /** In milliseconds; `to` is the first that is not counted. Of the sums of hours they are whole hours. */
  readonly from: number
  readonly to: number
  /** The length of time buckets, each of which begins at a multiple of it; null for sums over the whole range. */
  readonly bucketMs: number | null
  readonly groupBy: readonly UsageDimension[]
  readonly filters: UsageFilters
  /** Whether groups count in which every request was refused. */
  readonly withRefused?: boolean
  /** Whether usage of removed users is left out. */
  readonly excludesRemovedUsers?: boolean
  /** Rows that are equal in these are sorted by time and by the values of `groupBy`. */
  readonly orderBy?: readonly { readonly by: UsageOrder; readonly direction: 'asc' | 'desc' }[]
  /** Whether costs are read, by default; otherwise they are zero, and a report takes two thirds of the time. */
  readonly withCost?: boolean
  readonly limit: number
  readonly offset?: number
}

/** The sums of one bucket and one value of each dimension. */
export interface UsageSums {
  /** The start of the bucket, or of the range. */
  readonly from: number
  /** In the order of `groupBy`. */
  readonly values: readonly string[]
  /** Those that were not refused and did not fail before their response began. */
  readonly requests: number
  readonly errors: number
  readonly uncachedInputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  readonly outputTokens: number
  readonly webSearches: number
  /** Costs are in nano-dollars. */
  readonly uncachedInputCost: bigint
  readonly cacheReadCost: bigint
  readonly cacheWrite5mCost: bigint
  readonly cacheWrite1hCost: bigint
  readonly outputCost: bigint
}

const COUNTS = [
  'uncachedInputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'outputTokens',
  'webSearches',
] as const
const COSTS = [
  'uncachedInputCost',
  'cacheReadCost',
  'cacheWrite5mCost',
  'cacheWrite1hCost',
  'outputCost',
] as const

/** What differs between the two tables. */
const SOURCES: Readonly<
  Record<UsageSource, Readonly<Record<'table' | 'time' | 'requests' | 'errors', RawBuilder<unknown>>>>
> = {
  requests: {
    table: sql`requests`,
    time: sql`at`,
    requests: sql`count(case when status < 400 then 1 end)`,
    errors: sql`count(case when status >= 400 then 1 end)`,
  },
  hours: {
    table: sql`usage_hours`,
    time: sql`hour`,
    requests: sql`cast(sum(requests - errors) as bigint)`,
    errors: sql`cast(sum(errors) as bigint)`,
  },
}

const TOTAL_TOKENS = totalOf(COUNTS.filter((name) => name !== 'webSearches'))
const TOTAL_COST = totalOf(COSTS)

/** The databases compute each sum once, however often a statement names it. */
function totalOf(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(
    columns.map((name) => sql`sum(${sql.ref(name)})`),
    sql` + `,
  )
}

/** Reads sums in the order of the query. */
export async function readUsageSums(db: Kysely<Database>, query: UsageSumsQuery): Promise<UsageSums[]> {
  const { rows } = await statementOf(query).execute(db)
  return rows.map((row) => sumsOf(row, query.groupBy.length))
}

function sumsOf(row: Readonly<Record<string, unknown>>, dimensions: number): UsageSums {
  const count = (name: 'from' | 'requests' | 'errors' | (typeof COUNTS)[number]) => row[name] as number
  const cost = (name: (typeof COSTS)[number]) => BigInt((row[name] as string | undefined) ?? 0)
  return {
    from: count('from'),
    values: Array.from({ length: dimensions }, (_, index) => row[valueName(index)] as string),
    requests: count('requests'),
    errors: count('errors'),
    uncachedInputTokens: count('uncachedInputTokens'),
    cacheReadTokens: count('cacheReadTokens'),
    cacheWrite5mTokens: count('cacheWrite5mTokens'),
    cacheWrite1hTokens: count('cacheWrite1hTokens'),
    outputTokens: count('outputTokens'),
    webSearches: count('webSearches'),
    uncachedInputCost: cost('uncachedInputCost'),
    cacheReadCost: cost('cacheReadCost'),
    cacheWrite5mCost: cost('cacheWrite5mCost'),
    cacheWrite1hCost: cost('cacheWrite1hCost'),
    outputCost: cost('outputCost'),
  }
}

function statementOf(query: UsageSumsQuery): RawBuilder<Record<string, unknown>> {
  const { source, groupBy, withCost = true, limit, offset = 0 } = query
  const { table, requests, errors } = SOURCES[source]
  const columns = [
    sql`${bucketStart(query)} as ${sql.ref('from')}`,
    ...groupBy.map((dimension, index) => sql`${dimensionValue(dimension)} as ${sql.ref(valueName(index))}`),
    sql`${requests} as requests`,
    sql`${errors} as errors`,
    ...COUNTS.map((name) => sql`cast(sum(${sql.ref(name)}) as bigint) as ${sql.ref(name)}`),
    // As text, since a cost may be more than a number holds exactly.
    ...(withCost ? COSTS.map((name) => sql`cast(sum(${sql.ref(name)}) as text) as ${sql.ref(name)}`) : []),
  ]
  const keys = [1, ...groupBy.map((_, index) => index + 2)].map((place) => sql.lit(place))
  const used = query.withRefused === true ? sql`count(*) > 0` : isUsed(requests, withCost)
  const order = (query.orderBy ?? []).map(({ by, direction }) =>
    direction === 'asc' ? sql`${orderOf(by, query)}` : sql`${orderOf(by, query)} desc`,
  )
  return sql`select ${sql.join(columns)} from ${table} where ${sql.join(conditionsOf(query), sql` and `)}
    group by ${sql.join(keys)} having ${used}
    order by ${sql.join([...order, ...keys])} limit ${sql.lit(limit)} offset ${sql.lit(offset)}`
}

function isUsed(requests: RawBuilder<unknown>, withCost: boolean): RawBuilder<unknown> {
  const counts = sql`${requests} > 0 or ${TOTAL_TOKENS} > 0`
  return withCost ? sql`${counts} or ${TOTAL_COST} > 0` : counts
}

function bucketStart({ source, bucketMs, from }: UsageSumsQuery): RawBuilder<unknown> {
  const { time } = SOURCES[source]
  if (bucketMs === null) return sql`cast(${sql.lit(from)} as bigint)`
  return sql`${time} - ${time} % ${sql.lit(bucketMs)}`
}

function conditionsOf(query: UsageSumsQuery): RawBuilder<unknown>[] {
  const { source, from, to, filters } = query
  const { time } = SOURCES[source]
  const conditions = [sql`${time} >= ${from}`, sql`${time} < ${to}`]
  for (const [dimension, values] of filters) {
    const isListed =
      values.length === 0
        ? sql`1 = 0`
        : sql`${dimensionValue(dimension)} in (${sql.join(values.map(storableText))})`
    conditions.push(isListed)
  }
  if (query.excludesRemovedUsers === true)
    conditions.push(sql`actor_id not in (select id from users where removed_at is not null)`)
  return conditions
}

function orderOf(order: UsageOrder, { source }: UsageSumsQuery): RawBuilder<unknown> {
  switch (order) {
    case 'time':
      return sql`1`
    case 'requests':
      return SOURCES[source].requests
    case 'totalTokens':
      return TOTAL_TOKENS
    case 'cost':
      return TOTAL_COST
    default:
      return sql`sum(${sql.ref(order)})`
  }
}

function valueName(index: number): string {
  return `value${index}`
}
