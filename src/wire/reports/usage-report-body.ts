import { DEFAULT_WORKSPACE_ID } from '../../completion/caller.ts'
import { totalCost } from '../../usage/cost-line.ts'
import type { UsageDimension } from '../../usage/usage-dimension.ts'
import type { UsageReport, UsageReportRequest } from '../../usage/usage-report.ts'
import type { UsageSums } from '../../usage/usage-sums.ts'
import { bucketsBody } from './buckets-body.ts'
import { decimalCents } from './decimal-cents.ts'
import { groupValues } from './group-values.ts'
import { tokensBody } from './tokens-body.ts'

/**
 * A page of `GET /v1/organizations/usage_report/messages`.
 *
 * @see the API's reference, "Get Usage Report for the Messages API"
 */
export function usageReportBody(report: UsageReport, { groupBy }: UsageReportRequest): object {
  return bucketsBody(report, (row) => [usageResult(row, groupBy)])
}

/** A page of `GET /continuo/usage_report`: the same with how many requests there were, how many failed, and what they cost. */
export function requestReportBody(report: UsageReport, { groupBy }: UsageReportRequest): object {
  return bucketsBody(report, (row) => [
    {
      ...usageResult(row, groupBy),
      ...{ requests: row.requests, failed_requests: row.errors },
      cost: { amount: decimalCents(totalCost(row)), currency: 'USD' },
    },
  ])
}

function usageResult(sums: UsageSums, groupBy: readonly UsageDimension[]): object {
  const readValue = groupValues(groupBy, sums.values)
  const isBy = (dimension: UsageDimension) => groupBy.includes(dimension)
  const workspaceId = readValue('workspaceId')
  return {
    account_id: readValue('userId'),
    api_key_id: readValue('apiKeyId'),
    ...tokensBody(sums),
    context_window: readValue('contextWindow'),
    inference_geo: readValue('inferenceGeo') ?? (isBy('inferenceGeo') ? 'not_available' : null),
    model: readValue('model'),
    service_account_id: readValue('serviceAccountId'),
    service_tier: readValue('serviceTier'),
    ...(isBy('speed') ? { speed: readValue('speed') } : {}),
    workspace_id: workspaceId === DEFAULT_WORKSPACE_ID ? null : workspaceId,
  }
}
