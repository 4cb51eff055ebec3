import type { UsageRow } from '../../usage/usage-row.ts'
import { timeBody } from '../admin/list-body.ts'

const NANO_DIGITS = 9
const NANO_DOLLARS_PER_DOLLAR = 1_000_000_000n

/** A request of the log. Prompts and completions are not in it: the server does not keep them. */
export function requestBody(row: UsageRow, shownWorkspace: (id: string) => string): object {
  const { firstTokenMs, totalMs, outputTokens } = row
  return {
    type: 'request',
    id: row.requestId,
    ended_at: timeBody(row.at),
    workspace_id: shownWorkspace(row.workspaceId),
    api_key_id: nullIfEmpty(row.apiKeyId),
    actor_id: nullIfEmpty(row.actorId),
    path: nullIfEmpty(row.path),
    product: row.product,
    model: row.model,
    engine_model: row.engineModel,
    service_tier: row.serviceTier,
    is_stream: row.isStream === 1,
    status: row.status,
    outcome: row.outcome,
    stop_reason: row.stopReason,
    error_code: row.errorCode,
    uncached_input_tokens: row.uncachedInputTokens,
    cache_read_input_tokens: row.cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: row.cacheWrite5mTokens,
      ephemeral_1h_input_tokens: row.cacheWrite1hTokens,
    },
    output_tokens: outputTokens,
    first_token_ms: firstTokenMs,
    total_ms: totalMs,
    output_tokens_per_second: tokensPerSecond(row),
    batch_id: row.batchId,
    cost_usd: row.priceFrom === null ? null : decimalDollars(costOf(row)),
  }
}

/** While tokens were generated: waiting and reading the prompt do not count. */
function tokensPerSecond({
  firstTokenMs,
  totalMs,
  outputTokens,
}: Pick<UsageRow, 'firstTokenMs' | 'totalMs' | 'outputTokens'>): number | null {
  if (firstTokenMs === null || outputTokens < 2 || totalMs <= firstTokenMs) return null
  return Math.round(((outputTokens - 1) * 10_000) / (totalMs - firstTokenMs)) / 10
}

function costOf(row: UsageRow): bigint {
  const costs = [
    row.uncachedInputCost,
    row.cacheReadCost,
    row.cacheWrite5mCost,
    row.cacheWrite1hCost,
    row.outputCost,
  ]
  return costs.reduce((sum, cost) => sum + BigInt(cost), 0n)
}

function decimalDollars(nanoDollars: bigint): string {
  const rest = (nanoDollars % NANO_DOLLARS_PER_DOLLAR)
    .toString()
    .padStart(NANO_DIGITS, '0')
    .replace(/0+$/, '')
  const dollars = (nanoDollars / NANO_DOLLARS_PER_DOLLAR).toString()
  return rest === '' ? dollars : `${dollars}.${rest}`
}

function nullIfEmpty(text: string): string | null {
  return text === '' ? null : text
}
