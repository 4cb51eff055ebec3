import type { AnalyticsReport } from '../../usage/analytics-report.ts'
import { type AnalyticsPage, analyticsBody } from './analytics-body.ts'
import { decimalCents } from './decimal-cents.ts'
import { TOKEN_TYPES } from './token-types.ts'

/**
 * A page of `GET /v1/organizations/analytics/cost`. Grouped by the kind of tokens or the component of the cost, a group
 * has several rows; all cost is of tokens.
 */
export function analyticsCostBody(report: AnalyticsReport, page: AnalyticsPage): object {
  const { byCostType, byTokenType } = page.params
  return analyticsBody(report, page, (row) => {
    if (byTokenType) {
      return row.lines.map(({ tokens, cost }) => costRow(cost, null, 'tokens', TOKEN_TYPES[tokens]))
    }
    return [
      byCostType ? costRow(row.cost, null, 'tokens', null) : costRow(row.cost, row.sums.requests, null, null),
    ]
  })
}

function costRow(cost: bigint, requests: number | null, costType: string | null, tokenType: string | null) {
  const amount = decimalCents(cost)
  return {
    group: { cost_type: costType, token_type: tokenType },
    figures: { cost: { amount, currency: 'USD', list_amount: amount, requests } },
  }
}
