import type { BucketWidth } from '../../usage/usage-report.ts'
import { readChoice } from '../admin/read-query.ts'
import { invalidRequest } from '../body-schema.ts'
import { type CursorRule, readBucketCursor } from './report-cursor.ts'
import { readLimit, readTime, requireTime } from './report-query.ts'

/** How many buckets a page has when the query does not say, and at most. */
const BUCKET_LIMITS: Readonly<Record<BucketWidth, { readonly standard: number; readonly max: number }>> = {
  '1d': { standard: 7, max: 31 },
  '1h': { standard: 24, max: 168 },
  '1m': { standard: 60, max: 1440 },
}

/** The range and the buckets of a report. */
export interface BucketParams {
  readonly bucketWidth: BucketWidth
  readonly from: number
  readonly to: number | null
  readonly limit: number
}

/**
 * Reads which time buckets a report has, and where its page begins.
 *
 * @throws CompletionError `invalid-request`
 */
export function readBucketParams(
  query: URLSearchParams,
  widths: readonly BucketWidth[],
  rule: CursorRule,
): BucketParams {
  const startingAt = requireTime(query, 'starting_at')
  const to = readTime(query, 'ending_at')
  if (to !== null) checkDateRange(startingAt, to)
  const bucketWidth = readChoice(query, 'bucket_width', widths) ?? '1d'
  const limit = readLimit(query, BUCKET_LIMITS[bucketWidth])
  const from = readBucketCursor(query, (place) => place > startingAt && place < (to ?? Infinity), rule)
  return { bucketWidth, from: from ?? startingAt, to, limit }
}

/** Checks that a range is one. */
export function checkDateRange(from: number, to: number): void {
  if (to <= from) throw invalidRequest('Invalid date range: ending date must be after starting date')
}
