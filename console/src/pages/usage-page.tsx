import { useMemo, useState } from 'preact/hooks'
import { useReport } from '../api/use-report.ts'
import { ChartCard } from '../chart/chart-card.tsx'
import { type ChartData, type Series, sum } from '../chart/chart-data.ts'
import { StackedBars } from '../chart/stacked-bars.tsx'
import { Button } from '../parts/button.tsx'
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
  readonly requests: number
  readonly failedRequests: number
}

const WIDTH_NAMES = { '1d': 'Day (UTC)', '1h': 'Hour', '1m': 'Minute' } as const
const WIDTH_OPENS = { '1d': 'its hours', '1h': 'its minutes', '1m': '' } as const

/** How many requests there were and how many tokens they used, by whom. */
export function UsagePage() {
  const [rangeName, at] = [filterValue('range', '7d'), filterValue('at')]
  // The end of the range stays while the page is open: it is part of what was asked.
  const [nowMs, setNowMs] = useState(Date.now)
  const range = useMemo(() => readRange(rangeName, at, nowMs), [rangeName, at, nowMs])
  const group = filterValue('by', 'model') as ReportGroup
  const names = useGroupNames()
  const report = useReport<UsageResult>('/continuo/usage_report', {
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
      <PageHeader
        title="Usage"
        actions={
          <Button
            icon="refresh"
            onClick={() => {
              setNowMs(Date.now())
              report.reload()
            }}
          >
            Reload
          </Button>
        }
      >
        Requests and their tokens, through whichever API. Click a bar for what is within it.
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
  const kinds = totalsOf(buckets.flatMap(({ results }) => results))
  if (kinds.requests === 0) return <NothingUsed />
  const caching = chartOf(range, [
    { name: 'not cached', values: perBucket(buckets, range, (result) => result.uncachedInputTokens) },
    {
      name: 'read from the cache',
      values: perBucket(buckets, range, (result) => result.cacheReadInputTokens),
    },
    { name: 'written to the cache', values: perBucket(buckets, range, writtenOf) },
  ])
  const requests = reportChart(buckets, range, nameOf, requestsOf)
  // A group has one color in all charts.
  const places = new Map(requests.series.map(({ name }, place) => [name, place]))
  const placeOf = ({ name }: Series) => places.get(name) ?? places.size
  const grouped = (amountOf: (result: UsageResult) => number): ChartData => {
    const chart = reportChart(buckets, range, nameOf, amountOf)
    return { ...chart, series: chart.series.toSorted((a, b) => placeOf(a) - placeOf(b)) }
  }
  return (
    <>
      <UsageTiles kinds={kinds} />
      <div class="chart-grid">
        <UsageChart title="Requests" name="requests" data={requests} range={range} />
        <UsageChart title="Input tokens" name="input" data={grouped(inputOf)} range={range} />
        <UsageChart title="Output tokens" name="output" data={grouped(outputOf)} range={range} />
        <UsageChart title="Input tokens and the cache" name="cache" data={caching} range={range} />
        {kinds.failed > 0 && (
          <UsageChart title="Failed requests" name="failed" data={grouped(failedOf)} range={range} />
        )}
      </div>
    </>
  )
}

interface UsageChartProps {
  readonly title: string
  /** In the name of the file. */
  readonly name: string
  readonly data: ChartData
  readonly range: ReportRange
}

function UsageChart({ title, name, data, range }: UsageChartProps) {
  const { bucketWidth } = range
  const starts = bucketStarts(range)
  const open = (index: number) => setQuery({ at: openedBy(starts[index] ?? '', bucketWidth) })
  const onOpen = bucketWidth === '1m' ? undefined : open
  return (
    <ChartCard
      {...{ title, data, onOpen, format: formatCount, opens: WIDTH_OPENS[bucketWidth] }}
      fileName={`usage-${range.from.toISOString().slice(0, 10)}-${name}`}
      firstColumn={WIDTH_NAMES[bucketWidth]}
    >
      <StackedBars label={`${title} over time`} {...{ data, onOpen }} format={formatCompact} isCount />
    </ChartCard>
  )
}

function NothingUsed() {
  return (
    <div class="card">
      <EmptyState
        title="Nothing was used in this time"
        action={
          <>
            <a class="button" href={hrefOf('/workbench')}>
              Try a prompt
            </a>
            <a class="button" href={hrefOf('/api_keys')}>
              Create an API key
            </a>
          </>
        }
      >
        Send a request, or choose a longer time.
      </EmptyState>
    </div>
  )
}

function UsageTiles({ kinds }: { readonly kinds: ReturnType<typeof totalsOf> }) {
  const { requests, failed, input, output, read } = kinds
  return (
    <Tiles
      tiles={[
        {
          title: 'Requests',
          value: formatCompact(requests),
          note: failed === 0 ? 'none failed' : `${formatCount(failed)} of them failed`,
        },
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

function outputOf({ outputTokens }: UsageResult): number {
  return outputTokens
}

function failedOf({ failedRequests }: UsageResult): number {
  return failedRequests
}

function requestsOf({ requests, failedRequests }: UsageResult): number {
  return requests + failedRequests
}

function totalsOf(results: readonly UsageResult[]) {
  return {
    requests: sum(results.map(requestsOf)),
    failed: sum(results.map(failedOf)),
    input: sum(results.map(inputOf)),
    read: sum(results.map((result) => result.cacheReadInputTokens)),
    output: sum(results.map(outputOf)),
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
