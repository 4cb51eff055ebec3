import { CompletionError } from '../completion/completion-error.ts'
import type { State } from '../state/state.ts'
import type { UsageDimension } from './usage-dimension.ts'
import { readUsageSums, type UsageFilters, type UsageSums } from './usage-sums.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** The lengths of time buckets, which begin with the minutes, hours and days of UTC. */
export const BUCKET_MS = { '1m': MINUTE_MS, '1h': HOUR_MS, '1d': 24 * HOUR_MS } as const
export type BucketWidth = keyof typeof BUCKET_MS

/**
 * Most rows of a page, in all its buckets together; a page with more ends at an earlier bucket. The event loop makes JSON of
 * them in about 10 ms.
 */
export const MAX_PAGE_ROWS = 5_000

/** A page of a report in time buckets. Times are in milliseconds. */
export interface UsageReportRequest {
  readonly bucketWidth: BucketWidth
  /** The first bucket is that of this time. */
  readonly from: number
  /** No bucket begins at this time or later, and none that has not begun is reported. */
  readonly to: number | null
  /** Most buckets of the page. */
  readonly limit: number
  readonly groupBy: readonly UsageDimension[]
  readonly filters: UsageFilters
}

/** A time bucket. If nothing was used in it, it has no rows. */
export interface ReportBucket {
  readonly from: number
  readonly to: number
  readonly rows: readonly UsageSums[]
}

/** A page of a report, the oldest bucket first. */
export interface UsageReport {
  readonly buckets: readonly ReportBucket[]
  /** Where the next page begins; null after the last. */
  readonly nextFrom: number | null
}

export interface UsageReportOptions {
  readonly nowMs: number
  /** Whether rows have their costs; otherwise those are zero. */
  readonly withCost?: boolean
  /** Whether groups count in which every request was refused. */
  readonly withRefused?: boolean
  readonly maxRows?: number
}

/**
 * Reads a page of a report. Minutes are read from single requests, and are empty where those are no longer kept.
 *
 * @throws CompletionError `invalid-request` when one bucket has more rows than a page may have
 */
export async function readUsageReport(
  { reports }: Pick<State, 'reports'>,
  { bucketWidth, limit, groupBy, filters, ...range }: UsageReportRequest,
  { nowMs, withCost = false, withRefused = false, maxRows = MAX_PAGE_ROWS }: UsageReportOptions,
): Promise<UsageReport> {
  const bucketMs = BUCKET_MS[bucketWidth]
  const from = bucketStart(range.from, bucketMs)
  // A bucket that has begun at this moment is reported.
  const to = Math.min(range.to ?? Number.POSITIVE_INFINITY, nowMs + 1)
  let end = Math.min(from + limit * bucketMs, bucketEnd(to, bucketMs))
  if (end <= from) return { buckets: [], nextFrom: null }
  const rows = await readUsageSums(reports, {
    source: sourceOf(bucketMs),
    ...{ from, to: end, bucketMs, groupBy, filters, withCost, withRefused, limit: maxRows + 1 },
  })
  const excess = rows.at(maxRows)
  if (excess !== undefined) end = excess.from
  if (end <= from) throw tooManyRows(maxRows)
  return { buckets: bucketsOf(from, end, bucketMs, rows), nextFrom: end < to ? end : null }
}

/** What is read for buckets of a length: single requests only where the sums of hours are too coarse. */
export function sourceOf(bucketMs: number | null): 'requests' | 'hours' {
  return bucketMs === null || bucketMs >= HOUR_MS ? 'hours' : 'requests'
}

export function bucketStart(at: number, bucketMs: number): number {
  return Math.floor(at / bucketMs) * bucketMs
}

export function bucketEnd(at: number, bucketMs: number): number {
  return Math.ceil(at / bucketMs) * bucketMs
}

/** @param rows sorted by time */
function bucketsOf(from: number, to: number, bucketMs: number, rows: readonly UsageSums[]): ReportBucket[] {
  const buckets: ReportBucket[] = []
  let first = 0
  for (let start = from; start < to; start += bucketMs) {
    let end = first
    while (rows[end]?.from === start) end += 1
    buckets.push({ from: start, to: start + bucketMs, rows: rows.slice(first, end) })
    first = end
  }
  return buckets
}

function tooManyRows(maxRows: number): CompletionError {
  return new CompletionError(
    'invalid-request',
    `One time bucket of the report has more than ${maxRows} rows: group by less, filter it, or use a smaller bucket_width.`,
  )
}
