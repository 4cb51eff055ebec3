import { usageReportBody } from '../../../wire/reports/usage-report-body.ts'
import { parseUsageReportParams } from '../../../wire/reports/usage-report-params.ts'
import { jsonResponse } from '../../api-response.ts'
import { readApiHeaders } from '../../read-api-headers.ts'
import type { Handler } from '../../route.ts'
import type { ReportDependencies } from './report-dependencies.ts'

/** `GET /v1/organizations/usage_report/messages`: the tokens of every API, in time buckets. */
export function usageReportRoute({ reports, rules }: ReportDependencies): Handler {
  const { workspaceIds } = reports
  return async function getUsageReport({ request: { headers, query } }) {
    const { betas } = readApiHeaders(headers, rules)
    const params = parseUsageReportParams(new URLSearchParams(query), betas, { ...rules, workspaceIds })
    return jsonResponse(usageReportBody(await reports.usage(params), params))
  }
}
