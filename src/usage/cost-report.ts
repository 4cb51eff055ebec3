import type { State } from '../state/state.ts'
import { type CostLine, costLines, totalCost } from './cost-line.ts'
import { readUsageReport, type UsageReportRequest } from './usage-report.ts'

/** What one group cost. */
export interface CostRow {
  /** In the order of the request's `groupBy`. */
  readonly values: readonly string[]
  /** In nano-dollars. */
  readonly cost: bigint
  readonly lines: readonly CostLine[]
}

export interface CostBucket {
  readonly from: number
  readonly to: number
  readonly rows: readonly CostRow[]
}

/** A page of a cost report, the oldest bucket first. */
export interface CostReport {
  readonly buckets: readonly CostBucket[]
  /** Where the next page begins; null after the last. */
  readonly nextFrom: number | null
}

/** Reads a page: what requests cost at the prices that were valid when they were made. */
export async function readCostReport(
  state: Pick<State, 'reports'>,
  request: UsageReportRequest,
  { nowMs }: { readonly nowMs: number },
): Promise<CostReport> {
  const { buckets, nextFrom } = await readUsageReport(state, request, { nowMs, withCost: true })
  const costs = buckets.map(({ from, to, rows }) => ({
    from,
    to,
    rows: rows.map((sums) => ({ values: sums.values, cost: totalCost(sums), lines: costLines(sums) })),
  }))
  return { buckets: costs, nextFrom }
}
