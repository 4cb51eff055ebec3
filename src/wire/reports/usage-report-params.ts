import type { UsageDimension } from '../../usage/usage-dimension.ts'
import type { UsageReportRequest } from '../../usage/usage-report.ts'
import type { ReportIds } from '../../usage/usage-reports.ts'
import { readBucketParams } from './bucket-params.ts'
import type { CursorRule } from './report-cursor.ts'
import { readFilters } from './report-filters.ts'
import { readChoices } from './report-query.ts'

/** The beta in which reports tell speeds apart. */
export const SPEED_BETA = 'fast-mode-2026-02-01'

/** What a usage report is grouped by, in the names of the API. */
export const USAGE_GROUPS = {
  account_id: 'userId',
  api_key_id: 'apiKeyId',
  context_window: 'contextWindow',
  inference_geo: 'inferenceGeo',
  model: 'model',
  service_account_id: 'serviceAccountId',
  service_tier: 'serviceTier',
  speed: 'speed',
  workspace_id: 'workspaceId',
} as const satisfies Readonly<Record<string, UsageDimension>>
type UsageGroup = keyof typeof USAGE_GROUPS

/**
 * Reads the query of `GET /v1/organizations/usage_report/messages`. Unknown parameters are ignored.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Get Usage Report for the Messages API"
 */
export function parseUsageReportParams(
  query: URLSearchParams,
  betas: ReadonlySet<string>,
  rules: CursorRule & { readonly ids: ReportIds },
): UsageReportRequest {
  const names = Object.keys(USAGE_GROUPS) as UsageGroup[]
  const groups = readChoices(
    query,
    'group_by',
    names.filter((name) => name !== 'speed' || betas.has(SPEED_BETA)),
  )
  return {
    ...readBucketParams(query, ['1d', '1h', '1m'], rules),
    groupBy: groups.map((name) => USAGE_GROUPS[name]),
    filters: readFilters(
      query,
      {
        account_ids: 'userId',
        api_key_ids: 'apiKeyId',
        context_window: 'contextWindow',
        inference_geos: 'inferenceGeo',
        models: 'model',
        service_account_ids: 'serviceAccountId',
        service_tiers: 'serviceTier',
        speeds: 'speed',
        workspace_ids: 'workspaceId',
      },
      rules.ids,
    ),
  }
}
