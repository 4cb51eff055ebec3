import type { AnalyticsReport } from '../../usage/analytics-report.ts'
import { type AnalyticsPage, analyticsBody } from './analytics-body.ts'
import { tokensBody } from './tokens-body.ts'

/** A page of `GET /v1/organizations/analytics/usage`. */
export function analyticsUsageBody(report: AnalyticsReport, page: AnalyticsPage): object {
  return analyticsBody(report, page, ({ sums, totalTokens }) => [
    { figures: { usage: { ...tokensBody(sums), requests: sums.requests, total_tokens: totalTokens } } },
  ])
}
