import { costReportBody } from '../../../wire/reports/cost-report-body.ts'
import { parseCostReportParams } from '../../../wire/reports/cost-report-params.ts'
import { jsonResponse } from '../../api-response.ts'
import { readApiHeaders } from '../../read-api-headers.ts'
import type { Handler } from '../../route.ts'
import type { ReportDependencies } from './report-dependencies.ts'

/** `GET /v1/organizations/cost_report`: what requests cost, by day. */
export function costReportRoute({ reports, rules, displayNameOf }: ReportDependencies): Handler {
  return async function getCostReport({ request: { headers, query } }) {
    readApiHeaders(headers, rules)
    const params = parseCostReportParams(new URLSearchParams(query), rules)
    return jsonResponse(costReportBody(await reports.cost(params), params, displayNameOf))
  }
}
