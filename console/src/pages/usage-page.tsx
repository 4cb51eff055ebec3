import { useMemo } from 'preact/hooks'
import { useReport } from '../api/use-report.ts'
import { ChartCard } from '../chart/chart-card.tsx'
import { sum } from '../chart/chart-data.ts'
import { StackedBars } from '../chart/stacked-bars.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { filterValue } from '../parts/filters.tsx'
import { formatCompact, formatCount, formatPercent } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { Tiles } from '../parts/tiles.tsx'
import { type ReportGroup, useGroupNames } from '../report/group-names.ts'
import { chartOf, reportChart } from '../report/report-chart.ts'
import { ReportFilters } from '../report/report-filters.tsx'
import {
  BUCKETS_PER_PAGE,
  bucketStarts,
  openedBy,
  type ReportRange,
  readRange,
} from '../report/report-range.ts'
import { hrefOf, setQuery } from '../router.ts'

interface UsageResult {
  readonly model: string | null
  readonly apiKeyId: string | null
  readonly workspaceId: string | null
  readonly uncachedInputTokens: number
  readonly cacheReadInputTokens: number
  readonly cacheCreation: { readonly ephemeral5mInputTokens: number; readonly ephemeral1hInputTokens: number }
  readonly outputTokens: number
}

const WIDTH_NAMES = { '1d': 'Day (UTC)', '1h': 'Hour', '1m': 'Minute' } as const
const WIDTH_OPENS = { '1d': 'its hours', '1h': 'its minutes', '1m': '' } as const

/** How many tokens were used, by whom. */
export function UsagePage() {
  const [rangeName, at] = [filterValue('range', '7d'), filterValue('at')]
  // The end of the range stays while the page is open: it is part of what was asked.
  const range = useMemo(() => readRange(rangeName, at, Date.now()), [rangeName, at])
  const group = filterValue('by', 'model') as ReportGroup
  const names = useGroupNames()
  const report = useReport<UsageResult>('/v1/organizations/usage_report/messages', {
    startingAt: range.from.toISOString(),
    endingAt: range.to.toISOString(),
    bucketWidth: range.bucketWidth,
    limit: BUCKETS_PER_PAGE[range.bucketWidth],
    groupBy: group === 'none' ? [] : [group],
    models: listOf(filterValue('model')),
    apiKeyIds: listOf(filterValue('key')),
    workspaceIds: listOf(filterValue('in')),
  })
  return (
    <>
      <PageHeader title="Usage">
        Tokens of every request that reached a model, through whichever API. Click a bar for what is within
        it.
      </PageHeader>
      <ReportFilters names={names} hasHours />
      {report.error && <ErrorState error={report.error} onRetry={report.reload} />}
      {report.data === null && report.error === null && <Skeleton lines={8} />}
      {report.data !== null && (
        <UsageCharts buckets={report.data} range={range} nameOf={(result) => names.nameOf(result, group)} />
      )}
    </>
  )
}

interface UsageChartsProps {
  readonly buckets: NonNullable<ReturnType<typeof useReport<UsageResult>>['data']>
  readonly range: ReportRange
  readonly nameOf: (result: UsageResult) => string
}

function UsageCharts({ buckets, range, nameOf }: UsageChartsProps) {
  const kinds = tokenKinds(buckets.flatMap(({ results }) => results))
  const input = reportChart(buckets, range, nameOf, inputOf)
  const output = reportChart(buckets, range, nameOf, ({ outputTokens }) => outputTokens)
  const caching = chartOf(range, [
    { name: 'not cached', values: perBucket(buckets, range, (result) => result.uncachedInputTokens) },
    {
      name: 'read from the cache',
      values: perBucket(buckets, range, (result) => result.cacheReadInputTokens),
    },
    { name: 'written to the cache', values: perBucket(buckets, range, writtenOf) },
  ])
  const starts = bucketStarts(range)
  const open = (index: number) => setQuery({ at: openedBy(starts[index] ?? '', range.bucketWidth) })
  const onOpen = range.bucketWidth === '1m' ? undefined : open
  if (kinds.input + kinds.output === 0) return <NothingUsed />
  const shared = {
    firstColumn: WIDTH_NAMES[range.bucketWidth],
    format: formatCount,
    onOpen,
    opens: WIDTH_OPENS[range.bucketWidth],
  }
  const fileName = `usage-${range.from.toISOString().slice(0, 10)}`
  return (
    <>
      <UsageTiles kinds={kinds} />
      <div class="chart-grid">
        <ChartCard title="Input tokens" data={input} fileName={`${fileName}-input`} {...shared}>
          <StackedBars
            label="Input tokens over time"
            data={input}
            format={formatCompact}
            isCount
            onOpen={onOpen}
          />
        </ChartCard>
        <ChartCard title="Output tokens" data={output} fileName={`${fileName}-output`} {...shared}>
          <StackedBars
            label="Output tokens over time"
            data={output}
            format={formatCompact}
            isCount
            onOpen={onOpen}
          />
        </ChartCard>
        <ChartCard
          title="Input tokens and the cache"
          data={caching}
          fileName={`${fileName}-cache`}
          {...shared}
        >
          <StackedBars
            label="Cached input tokens over time"
            data={caching}
            format={formatCompact}
            isCount
            onOpen={onOpen}
          />
        </ChartCard>
      </div>
    </>
  )
}

function NothingUsed() {
  return (
    <div class="card">
      <EmptyState
        title="Nothing was used in this time"
        action={<a href={hrefOf('/workbench')}>To the Workbench</a>}
      >
        Send a request, or choose a longer time.
      </EmptyState>
    </div>
  )
}

function UsageTiles({ kinds: { input, output, read } }: { readonly kinds: ReturnType<typeof tokenKinds> }) {
  return (
    <Tiles
      tiles={[
        { title: 'All tokens', value: formatCompact(input + output), note: 'tokens' },
        { title: 'Input', value: formatCompact(input), note: 'tokens' },
        { title: 'Output', value: formatCompact(output), note: 'tokens' },
        { title: 'Read from the cache', value: formatPercent(read / Math.max(1, input)), note: 'of input' },
      ]}
    />
  )
}

function listOf(value: string): readonly string[] {
  return value === '' ? [] : [value]
}

function writtenOf({ cacheCreation }: UsageResult): number {
  return cacheCreation.ephemeral5mInputTokens + cacheCreation.ephemeral1hInputTokens
}

function inputOf(result: UsageResult): number {
  return result.uncachedInputTokens + result.cacheReadInputTokens + writtenOf(result)
}

function tokenKinds(results: readonly UsageResult[]) {
  return {
    input: sum(results.map(inputOf)),
    read: sum(results.map((result) => result.cacheReadInputTokens)),
    output: sum(results.map((result) => result.outputTokens)),
  }
}

function perBucket(
  buckets: UsageChartsProps['buckets'],
  range: ReportRange,
  amountOf: (result: UsageResult) => number,
): readonly number[] {
  const { series, labels } = reportChart(buckets, range, () => 'all', amountOf)
  return series[0]?.values ?? labels.map(() => 0)
}
