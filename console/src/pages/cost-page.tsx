import type { ChartData } from '../chart/chart-data.ts'
import { sum } from '../chart/chart-data.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatCount, formatMoney } from '../parts/format.ts'
import { Tiles } from '../parts/tiles.tsx'
import { BucketChart } from '../report/bucket-chart.tsx'
import { reportChart } from '../report/report-chart.ts'
import { ReportPage } from '../report/report-page.tsx'
import { type UsageResult, useUsageReport } from '../report/use-usage-report.ts'
import { hrefOf } from '../router.ts'

const CENTS_PER_DOLLAR = 100

/** What the requests cost, by the prices that were valid when they ended. */
export function CostPage() {
  const report = useUsageReport()
  const { buckets, range, nameOf } = report
  const chart = buckets && withoutFree(reportChart(buckets, range, nameOf, dollarsOf))
  const requests = sum(buckets?.flatMap(({ results }) => results.map((result) => result.requests)) ?? [])
  const total = chart === null ? 0 : totalOf(chart)
  return (
    <ReportPage
      title="Cost"
      about="What requests cost, by the prices that were valid when they ended."
      report={report}
    >
      {chart !== null && total === 0 && <NothingCost />}
      {chart !== null && total > 0 && (
        <>
          <CostTiles chart={chart} requests={requests} />
          <BucketChart
            title="Cost in US dollars"
            fileName={['cost', 'all']}
            {...{ data: chart, range, format: formatDollars }}
          />
        </>
      )}
    </ReportPage>
  )
}

function CostTiles({ chart, requests }: { readonly chart: ChartData; readonly requests: number }) {
  const total = totalOf(chart)
  const largest = chart.series.length > 1 ? chart.series.slice(0, 2) : []
  return (
    <Tiles
      tiles={[
        { title: 'Total', value: formatDollars(total), note: 'US dollars' },
        {
          title: 'A request',
          value: formatDollars(total / Math.max(1, requests)),
          note: `on average, of ${formatCount(requests)}`,
        },
        ...largest.map(({ name, values }) => ({
          title: name,
          value: formatDollars(sum(values)),
          note: 'US dollars',
        })),
      ]}
    />
  )
}

function totalOf({ series }: ChartData): number {
  return sum(series.map(({ values }) => sum(values)))
}

function NothingCost() {
  const action = (
    <a class="button" href={hrefOf('/prices')}>
      Set prices
    </a>
  )
  return (
    <div class="card">
      <EmptyState title="No costs in this time" action={action}>
        A model without a price costs nothing. A price holds for requests from then on.
      </EmptyState>
    </div>
  )
}

/** What cost nothing is not in it. */
function withoutFree(chart: ChartData): ChartData {
  return { ...chart, series: chart.series.filter(({ values }) => sum(values) > 0) }
}

/** In dollars, as the file for spreadsheets has them too. */
function dollarsOf({ cost }: UsageResult): number {
  return Number(cost.amount) / CENTS_PER_DOLLAR
}

function formatDollars(dollars: number): string {
  return formatMoney(dollars * CENTS_PER_DOLLAR)
}
