import { ChartCard } from '../chart/chart-card.tsx'
import type { ChartData } from '../chart/chart-data.ts'
import { StackedBars } from '../chart/stacked-bars.tsx'
import { formatCompact, formatCount } from '../parts/format.ts'
import { setQuery } from '../router.ts'
import { bucketStarts, openedBy, type ReportRange } from './report-range.ts'

const WIDTH_NAMES = { '1d': 'Day (UTC)', '1h': 'Hour', '1m': 'Minute' } as const
const WIDTH_OPENS = { '1d': 'its hours', '1h': 'its minutes', '1m': '' } as const

interface BucketChartProps {
  readonly title: string
  /** What the file is of, such as `usage`, and which chart of the page, such as `requests`. */
  readonly fileName: readonly [of: string, chart: string]
  readonly data: ChartData
  readonly range: ReportRange
  /** How amounts are written that are no counts. */
  readonly format?: (value: number) => string
}

/** A bar for each bucket of a report, which opens what is within it. */
export function BucketChart({ title, fileName: [of, chart], data, range, format }: BucketChartProps) {
  const { bucketWidth } = range
  const starts = bucketStarts(range)
  const open = (index: number) => setQuery({ at: openedBy(starts[index] ?? '', bucketWidth) })
  const onOpen = bucketWidth === '1m' ? undefined : open
  return (
    <ChartCard
      {...{ title, data, onOpen, format: format ?? formatCount, opens: WIDTH_OPENS[bucketWidth] }}
      fileName={`${of}-${range.from.toISOString().slice(0, 10)}-${chart}`}
      firstColumn={WIDTH_NAMES[bucketWidth]}
    >
      <StackedBars
        label={`${title} over time`}
        {...{ data, onOpen, format: format ?? formatCompact, isCount: format === undefined }}
      />
    </ChartCard>
  )
}
