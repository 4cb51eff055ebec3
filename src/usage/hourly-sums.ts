import { type RawBuilder, sql } from 'kysely'
import type { UsageHoursTable } from '../state/tables/usage-hours-table.ts'

const HOUR_MS = 3_600_000

/** The key of a sum: every column that reports can group by. */
export const SUM_KEY = [
  'hour',
  'workspaceId',
  'apiKeyId',
  'actorId',
  'model',
  'serviceTier',
  'contextWindow',
  'inferenceGeo',
  'speed',
  'product',
] as const satisfies readonly (keyof UsageHoursTable)[]

/** The sums of columns of the same name. */
const SUMMED = [
  'uncachedInputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'outputTokens',
  'webSearches',
  'uncachedInputCost',
  'cacheReadCost',
  'cacheWrite5mCost',
  'cacheWrite1hCost',
  'outputCost',
] as const satisfies readonly (keyof UsageHoursTable)[]

/** Each sum as an aggregate over rows of `requests`. PostgreSQL's sums of bigint are numeric, hence the casts. */
const SUMS: readonly { readonly name: keyof UsageHoursTable; readonly sum: RawBuilder<unknown> }[] = [
  { name: 'requests', sum: sql`count(*)` },
  { name: 'errors', sum: sql`count(case when status >= 400 then 1 end)` },
  { name: 'rateLimited', sum: sql`count(case when status = 429 then 1 end)` },
  ...SUMMED.map((name) => ({ name, sum: sql`cast(sum(${sql.ref(name)}) as bigint)` })),
]

/** Selects the hourly sums of rows of `requests`, ordered by key. */
export function hourlySumsOf(rows: RawBuilder<unknown>): RawBuilder<unknown> {
  const key = SUM_KEY.map((name) =>
    name === 'hour' ? sql`at - at % ${sql.lit(HOUR_MS)} as ${sql.ref(name)}` : sql.ref(name),
  )
  const places = list(SUM_KEY.map((_, index) => sql.lit(index + 1)))
  // Writers lock the sums in this order, so that two of them never wait for each other.
  return sql`select ${list([...key, ...SUMS.map(({ name, sum }) => sql`${sum} as ${sql.ref(name)}`)])} from ${rows} as rows
    group by ${places} order by ${places}`
}

/** A statement that adds rows of `requests` to the sums. */
export function addToHourlySums(rows: RawBuilder<unknown>): RawBuilder<unknown> {
  const key = list(SUM_KEY.map((name) => sql.ref(name)))
  const columns = list([...SUM_KEY, ...SUMS.map(({ name }) => name)].map((name) => sql.ref(name)))
  const additions = list(
    SUMS.map(
      ({ name }) => sql`${sql.ref(name)} = ${sql.ref(`usageHours.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
    ),
  )
  return sql`insert into usage_hours (${columns}) ${hourlySumsOf(rows)}
    on conflict (${key}) do update set ${additions}`
}

function list(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join(parts)
}
