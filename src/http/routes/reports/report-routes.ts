import type { UsageReports } from '../../../usage/usage-reports.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { analyticsCostBody } from '../../../wire/reports/analytics-cost-body.ts'
import {
  parseAnalyticsCostParams,
  parseAnalyticsUsageParams,
} from '../../../wire/reports/analytics-params.ts'
import { analyticsUsageBody } from '../../../wire/reports/analytics-usage-body.ts'
import { costReportBody } from '../../../wire/reports/cost-report-body.ts'
import { parseCostReportParams } from '../../../wire/reports/cost-report-params.ts'
import { requestReportBody, usageReportBody } from '../../../wire/reports/usage-report-body.ts'
import { parseUsageReportParams } from '../../../wire/reports/usage-report-params.ts'
import type { AdminRoute } from '../admin/admin-route.ts'

/** What the routes of reports are made of. */
export interface ReportDependencies {
  readonly reports: UsageReports
  readonly rules: AdminRules
  /** The name of a model in descriptions of costs. */
  readonly displayNameOf: (modelId: string) => string
}

/** What requests have used and cost: the reports in time buckets, and their successors. */
export function reportRoutes(dependencies: ReportDependencies): readonly AdminRoute[] {
  const { reports, rules, displayNameOf } = dependencies
  const { ids } = reports
  return [
    {
      method: 'GET',
      pattern: '/v1/organizations/usage_report/messages',
      action: 'read:analytics',
      async respond({ query, betas }) {
        const params = parseUsageReportParams(query, betas, { ...rules, ids })
        return usageReportBody(await reports.usage(params), params)
      },
    },
    {
      method: 'GET',
      pattern: '/continuo/usage_report',
      action: 'read:analytics',
      async respond({ query, betas }) {
        const params = parseUsageReportParams(query, betas, { ...rules, ids })
        return requestReportBody(await reports.usage(params, { withRefused: true, withCost: true }), params)
      },
    },
    {
      method: 'GET',
      pattern: '/v1/organizations/cost_report',
      action: 'read:analytics',
      async respond({ query }) {
        const params = parseCostReportParams(query, rules)
        return costReportBody(await reports.cost(params), params, displayNameOf)
      },
    },
    analyticsRoute('usage', dependencies, parseAnalyticsUsageParams, analyticsUsageBody),
    analyticsRoute('cost', dependencies, parseAnalyticsCostParams, analyticsCostBody),
  ]
}

/** The real API wants the beta `analytics-usage-cost-2026-08-24`; these routes work without it too. */
function analyticsRoute(
  subject: 'usage' | 'cost',
  { reports, rules }: ReportDependencies,
  parse: typeof parseAnalyticsUsageParams,
  bodyOf: typeof analyticsUsageBody,
): AdminRoute {
  const { ids } = reports
  return {
    method: 'GET',
    pattern: `/v1/organizations/analytics/${subject}`,
    action: 'read:analytics',
    async respond({ query }) {
      const nowMs = reports.nowMs()
      const params = parse(query, { ...rules, ids, nowMs })
      return bodyOf(await reports.analytics(params), { params, query, ids, nowMs })
    },
  }
}
