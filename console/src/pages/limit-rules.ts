import { callApi } from '../api/call-api.ts'
import type { LimitScope } from './limit-scope.ts'

export const RATE_LIMITS = '/continuo/rate_limits'

export interface RateLimitRule {
  readonly scope: LimitScope
  readonly modelGroup: string
  readonly limiter: string
  readonly value: number
  readonly origin: 'configuration' | 'database'
}

/** What can be limited, as the API names it and with its unit. */
export const LIMITERS = [
  ['requests_per_minute', 'Requests a minute'],
  ['input_tokens_per_minute', 'Input tokens a minute'],
  ['input_tokens_per_minute_cache_aware', 'Uncached input tokens a minute'],
  ['output_tokens_per_minute', 'Output tokens a minute'],
  ['concurrent_requests', 'Requests at once'],
] as const

/** Sets one limit; null takes it away. */
export function setRateLimit(
  rule: Omit<RateLimitRule, 'origin' | 'value'>,
  value: number | null,
): Promise<unknown> {
  const { scope, modelGroup, limiter: type } = rule
  return callApi(RATE_LIMITS, { body: { scope, modelGroup, limits: [{ type, value }] } })
}

export function removeRateLimit(rule: RateLimitRule): Promise<unknown> {
  return setRateLimit(rule, null)
}
