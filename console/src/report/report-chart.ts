import type { ReportBucket } from '../api/use-report.ts'
import { type ChartData, largestSeries, type Series } from '../chart/chart-data.ts'
import { bucketStarts, describeBucket, type ReportRange } from './report-range.ts'

/**
 * A report as a chart: a series for each group.
 *
 * @param groupOf the name of a result's group
 */
export function reportChart<Result>(
  buckets: readonly ReportBucket<Result>[],
  range: ReportRange,
  groupOf: (result: Result) => string,
  amountOf: (result: Result) => number,
): ChartData {
  const starts = bucketStarts(range)
  const places = new Map(starts.map((start, index) => [Date.parse(start), index]))
  const groups = new Map<string, number[]>()
  for (const { startingAt, results } of buckets) {
    const place = places.get(Date.parse(startingAt))
    if (place === undefined) continue
    for (const result of results) {
      const name = groupOf(result)
      const values = groups.get(name) ?? starts.map(() => 0)
      values[place] = (values[place] ?? 0) + amountOf(result)
      groups.set(name, values)
    }
  }
  return chartOf(range, largestSeries([...groups].map(([name, values]) => ({ name, values }))))
}

/** A chart of series that are there already. */
export function chartOf(range: ReportRange, series: readonly Series[]): ChartData {
  const described = bucketStarts(range).map((start) => describeBucket(start, range.bucketWidth))
  return { labels: described.map(({ short }) => short), titles: described.map(({ full }) => full), series }
}
