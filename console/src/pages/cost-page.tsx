import { useMemo } from 'preact/hooks'
import { useReport } from '../api/use-report.ts'
import { ChartCard } from '../chart/chart-card.tsx'
import { sum } from '../chart/chart-data.ts'
import { StackedBars } from '../chart/stacked-bars.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { filterValue } from '../parts/filters.tsx'
import { formatMoney } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { Tiles } from '../parts/tiles.tsx'
import { type ReportGroup, useGroupNames } from '../report/group-names.ts'
import { reportChart } from '../report/report-chart.ts'
import { ReportFilters } from '../report/report-filters.tsx'
import { BUCKETS_PER_PAGE, readRange } from '../report/report-range.ts'
import { hrefOf } from '../router.ts'

interface CostResult {
  /** Cents, as decimal text. */
  readonly amount: string
  readonly model: string | null
  readonly apiKeyId?: string | null
  readonly workspaceId: string | null
}

/** What the requests cost, by the prices that were valid when they ended. */
export function CostPage() {
  const rangeName = filterValue('range', '7d')
  const range = useMemo(
    () => readRange(rangeName.endsWith('d') ? rangeName : '7d', '', Date.now()),
    [rangeName],
  )
  const group = filterValue('by', 'model') as ReportGroup
  const names = useGroupNames()
  const report = useReport<CostResult>('/v1/organizations/cost_report', {
    startingAt: range.from.toISOString(),
    endingAt: range.to.toISOString(),
    limit: BUCKETS_PER_PAGE['1d'],
    groupBy: group === 'none' ? [] : [group],
  })
  const buckets = report.data
  const chart =
    buckets === null
      ? null
      : reportChart(
          buckets,
          range,
          (result) => names.nameOf(result, group),
          ({ amount }) => Number(amount),
        )
  const total = sum(chart?.series.map(({ values }) => sum(values)) ?? [])
  return (
    <>
      <PageHeader title="Cost">
        What requests cost by day, by the prices that were valid when they ended.
      </PageHeader>
      <ReportFilters names={names} />
      {report.error && <ErrorState error={report.error} onRetry={report.reload} />}
      {chart === null && report.error === null && <Skeleton lines={8} />}
      {chart !== null && total === 0 && <NothingCost />}
      {chart !== null && total > 0 && (
        <>
          <Tiles
            tiles={[
              { title: 'Total', value: formatMoney(total), note: 'US dollars' },
              { title: 'A day', value: formatMoney(total / chart.labels.length), note: 'on average' },
              ...chart.series
                .slice(0, 3)
                .filter(() => chart.series.length > 1)
                .map(({ name, values }) => ({ title: name, value: formatMoney(sum(values)) })),
            ]}
          />
          <ChartCard
            title="Cost by day"
            data={chart}
            fileName={`cost-${range.from.toISOString().slice(0, 10)}`}
            firstColumn="Day (UTC)"
            format={formatMoney}
          >
            <StackedBars label="Cost by day, in US dollars" data={chart} format={formatMoney} />
          </ChartCard>
        </>
      )}
    </>
  )
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
