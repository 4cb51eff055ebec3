import { DEFAULT_WORKSPACE_ID } from '../../completion/caller.ts'
import type { PricedTokens } from '../../usage/cost-line.ts'
import type { CostReport, CostRow } from '../../usage/cost-report.ts'
import { bucketsBody } from './buckets-body.ts'
import type { CostReportParams } from './cost-report-params.ts'
import { decimalCents } from './decimal-cents.ts'
import { groupValues } from './group-values.ts'
import { TOKEN_TYPES } from './token-types.ts'

/** What the kinds of tokens are called in descriptions. */
const TOKEN_NAMES: Readonly<Record<PricedTokens, string>> = {
  uncachedInput: 'Input Tokens',
  output: 'Output Tokens',
  cacheRead: 'Input Tokens, Cache Read',
  cacheWrite5m: 'Input Tokens, Cache Write 5m',
  cacheWrite1h: 'Input Tokens, Cache Write 1h',
}

/**
 * A page of `GET /v1/organizations/cost_report`.
 *
 * @see the API's reference, "Get Cost Report"
 */
export function costReportBody(
  report: CostReport,
  params: CostReportParams,
  displayNameOf: (modelId: string) => string,
): object {
  return bucketsBody(report, (row) => {
    const total = costResult(row, params)
    if (!params.byDescription) return [total]
    return row.lines.map(({ tokens, cost }) => ({
      ...total,
      amount: decimalCents(cost),
      cost_type: 'tokens',
      description: `${displayNameOf(total.model ?? '')} Usage - ${TOKEN_NAMES[tokens]}`,
      token_type: TOKEN_TYPES[tokens],
    }))
  })
}

function costResult({ values, cost }: CostRow, { groupBy, byDescription }: CostReportParams) {
  const readValue = groupValues(groupBy, values)
  const workspaceId = readValue('workspaceId')
  return {
    amount: decimalCents(cost),
    ...(groupBy.includes('apiKeyId') ? { api_key_id: readValue('apiKeyId') } : {}),
    context_window: readValue('contextWindow'),
    cost_type: null,
    currency: 'USD',
    description: null,
    inference_geo: readValue('inferenceGeo') ?? (byDescription ? 'not_available' : null),
    model: readValue('model'),
    service_tier: readValue('priceTier'),
    token_type: null,
    workspace_id: workspaceId === DEFAULT_WORKSPACE_ID ? null : workspaceId,
  }
}
