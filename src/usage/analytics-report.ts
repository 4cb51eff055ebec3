import type { State } from '../state/state.ts'
import { type CostLine, costLines, totalCost, totalTokens } from './cost-line.ts'
import type { UsageDimension } from './usage-dimension.ts'
import { BUCKET_MS, type BucketWidth, bucketEnd, bucketStart, sourceOf } from './usage-report.ts'
import { readUsageSums, type UsageFilters, type UsageOrder, type UsageSums } from './usage-sums.ts'

const HOUR_MS = BUCKET_MS['1h']

/** A page of a report whose rows are ranked. Times are in milliseconds. */
export interface AnalyticsRequest {
  readonly from: number
  readonly to: number
  /** Null for one row of each group over the whole range. */
  readonly bucketWidth: BucketWidth | null
  readonly groupBy: readonly UsageDimension[]
  readonly filters: UsageFilters
  readonly excludesRemovedUsers: boolean
  readonly orderBy: readonly { readonly by: UsageOrder; readonly direction: 'asc' | 'desc' }[]
  readonly limit: number
  readonly offset: number
}

/** The user of an actor's id. */
export interface ReportedUser {
  readonly name: string
  readonly email: string
  readonly isRemoved: boolean
}

/** One row of the report. */
export interface AnalyticsRow {
  readonly from: number
  readonly to: number
  readonly sums: UsageSums
  readonly totalTokens: number
  /** In nano-dollars. */
  readonly cost: bigint
  readonly lines: readonly CostLine[]
}

/** A page of the report. Groups in which nothing was used have no row. */
export interface AnalyticsReport {
  readonly rows: readonly AnalyticsRow[]
  /** Where the next page begins; null after the last. */
  readonly nextOffset: number | null
  /** The users that the rows of this page name, by id. */
  readonly users: ReadonlyMap<string, ReportedUser>
}

/** Reads a page. Without buckets the range is that of whole hours. */
export async function readAnalyticsReport(
  state: Pick<State, 'reports'>,
  request: AnalyticsRequest,
): Promise<AnalyticsReport> {
  const { bucketWidth, groupBy, limit, offset } = request
  const bucketMs = bucketWidth === null ? null : BUCKET_MS[bucketWidth]
  const from = bucketStart(request.from, bucketMs ?? HOUR_MS)
  const to = bucketMs === null ? bucketStart(request.to, HOUR_MS) : bucketEnd(request.to, bucketMs)
  // One more than asked for shows whether there are more.
  const query = { ...request, source: sourceOf(bucketMs), from, to, bucketMs, limit: limit + 1 }
  const found = to <= from ? [] : await readUsageSums(state.reports, query)
  const rows = found.slice(0, limit).map((sums) => ({
    from: sums.from,
    to: bucketMs === null ? to : sums.from + bucketMs,
    sums,
    totalTokens: totalTokens(sums),
    cost: totalCost(sums),
    lines: costLines(sums),
  }))
  const actor = groupBy.indexOf('actor')
  return {
    rows,
    nextOffset: found.length > limit ? offset + limit : null,
    users:
      actor < 0
        ? new Map()
        : await readUsers(state, new Set(rows.map(({ sums }) => sums.values[actor] ?? ''))),
  }
}

async function readUsers(
  { reports }: Pick<State, 'reports'>,
  actorIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ReportedUser>> {
  const ids = [...actorIds].filter((id) => id.startsWith('user_'))
  if (ids.length === 0) return new Map()
  const users = await reports
    .selectFrom('users')
    .select(['id', 'name', 'email', 'removedAt'])
    .where('id', 'in', ids)
    .execute()
  return new Map(
    users.map(({ id, name, email, removedAt }) => [id, { name, email, isRemoved: removedAt !== null }]),
  )
}
