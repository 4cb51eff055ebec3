import { bucketCursor } from './report-cursor.ts'
import { reportTime } from './report-time.ts'

interface Bucket<Row> {
  readonly from: number
  readonly to: number
  readonly rows: readonly Row[]
}

/** A page of a report in time buckets. */
export function bucketsBody<Row>(
  report: { readonly buckets: readonly Bucket<Row>[]; readonly nextFrom: number | null },
  resultsOf: (row: Row) => readonly object[],
): object {
  return {
    data: report.buckets.map(({ from, to, rows }) => ({
      starting_at: reportTime(from),
      ending_at: reportTime(to),
      results: rows.flatMap(resultsOf),
    })),
    has_more: report.nextFrom !== null,
    next_page: report.nextFrom === null ? null : bucketCursor(report.nextFrom),
  }
}
