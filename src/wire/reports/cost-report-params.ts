import type { UsageDimension } from '../../usage/usage-dimension.ts'
import type { UsageReportRequest } from '../../usage/usage-report.ts'
import { readBucketParams } from './bucket-params.ts'
import type { CursorRule } from './report-cursor.ts'
import { readChoices } from './report-query.ts'

/** What a cost report is grouped by. The real API has only `description` and `workspace_id`. */
const GROUPS = {
  api_key_id: ['apiKeyId'],
  description: ['model', 'priceTier', 'contextWindow', 'inferenceGeo'],
  model: ['model'],
  workspace_id: ['workspaceId'],
} as const satisfies Readonly<Record<string, readonly UsageDimension[]>>

/** What a cost report is of. */
export interface CostReportParams extends UsageReportRequest {
  /** Whether each kind of tokens has a result of its own. */
  readonly byDescription: boolean
}

/**
 * Reads the query of `GET /v1/organizations/cost_report`. Unknown parameters are ignored.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Get Cost Report"
 */
export function parseCostReportParams(query: URLSearchParams, rules: CursorRule): CostReportParams {
  const groups = readChoices(query, 'group_by', Object.keys(GROUPS) as (keyof typeof GROUPS)[])
  return {
    ...readBucketParams(query, ['1d'], rules),
    groupBy: [...new Set(groups.flatMap((name) => GROUPS[name]))],
    filters: new Map(),
    byDescription: groups.includes('description'),
  }
}
