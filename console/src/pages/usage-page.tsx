import type { ReportBucket } from '../api/use-report.ts'
import { type ChartData, type Series, sum } from '../chart/chart-data.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatCompact, formatCount, formatPercent } from '../parts/format.ts'
import { Tiles } from '../parts/tiles.tsx'
import { BucketChart } from '../report/bucket-chart.tsx'
import { chartOf, reportChart } from '../report/report-chart.ts'
import { ReportPage } from '../report/report-page.tsx'
import type { ReportRange } from '../report/report-range.ts'
import { type UsageResult, useUsageReport } from '../report/use-usage-report.ts'
import { hrefOf } from '../router.ts'

/** How many requests there were and how many tokens they used, by whom. */
export function UsagePage() {
  const report = useUsageReport()
  const { buckets, range, nameOf } = report
  return (
    <ReportPage title="Usage" about="Requests and their tokens, through whichever API." report={report}>
      {buckets !== null && <UsageCharts {...{ buckets, range, nameOf }} />}
    </ReportPage>
  )
}

interface UsageChartsProps {
  readonly buckets: readonly ReportBucket<UsageResult>[]
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
        <BucketChart title="Requests" fileName={['usage', 'requests']} data={requests} range={range} />
        <BucketChart
          title="Input tokens"
          fileName={['usage', 'input']}
          data={grouped(inputOf)}
          range={range}
        />
        <BucketChart
          title="Output tokens"
          fileName={['usage', 'output']}
          data={grouped(outputOf)}
          range={range}
        />
        <BucketChart
          title="Input tokens and the cache"
          fileName={['usage', 'cache']}
          data={caching}
          range={range}
        />
        {kinds.failed > 0 && (
          <BucketChart
            title="Failed requests"
            fileName={['usage', 'failed']}
            data={grouped(failedOf)}
            range={range}
          />
        )}
      </div>
    </>
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
