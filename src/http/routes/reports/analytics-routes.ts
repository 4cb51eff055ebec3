import { analyticsCostBody } from '../../../wire/reports/analytics-cost-body.ts'
import {
  parseAnalyticsCostParams,
  parseAnalyticsUsageParams,
} from '../../../wire/reports/analytics-params.ts'
import { analyticsUsageBody } from '../../../wire/reports/analytics-usage-body.ts'
import { jsonResponse } from '../../api-response.ts'
import { readApiHeaders } from '../../read-api-headers.ts'
import type { Handler } from '../../route.ts'
import type { ReportDependencies } from './report-dependencies.ts'

/** `GET /v1/organizations/analytics/usage`: tokens and requests of groups, the largest first. */
export function analyticsUsageRoute(dependencies: ReportDependencies): Handler {
  return analyticsRoute(dependencies, parseAnalyticsUsageParams, analyticsUsageBody)
}

/** `GET /v1/organizations/analytics/cost`: what groups cost, the most expensive first. */
export function analyticsCostRoute(dependencies: ReportDependencies): Handler {
  return analyticsRoute(dependencies, parseAnalyticsCostParams, analyticsCostBody)
}

/** The real API asks for the beta `analytics-usage-cost-2026-08-24`; here the routes work without it too. */
function analyticsRoute(
  { reports, rules }: ReportDependencies,
  parse: typeof parseAnalyticsUsageParams,
  bodyOf: typeof analyticsUsageBody,
): Handler {
  const { workspaceIds } = reports
  return async function getAnalytics({ request }) {
    readApiHeaders(request.headers, rules)
    const query = new URLSearchParams(request.query)
    const nowMs = reports.nowMs()
    const params = parse(query, { ...rules, workspaceIds, nowMs })
    const report = await reports.analytics(params)
    return jsonResponse(bodyOf(report, { params, query, workspaceIds, nowMs }))
  }
}
