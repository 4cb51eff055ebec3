import type { LimitStatus } from '../completion/admission.ts'
import { LimitError } from '../completion/limit-error.ts'
import type { LimitRule, LimitScope, SpendRule } from './limit-rule.ts'
import { MEASURES } from './measure.ts'

const OWNERS: Readonly<Record<LimitScope, string>> = {
  organization: "your organization's",
  workspace: "your workspace's",
  key: "your API key's",
  user: 'your',
}

/** Whom and what an error text names. */
export interface RefusedRequest {
  readonly organizationId: string
  readonly modelId: string
}

/** A request that exceeds a rate limit. @param waitMs infinite if waiting does not help */
export function rateRefusal(
  { scope, measure, amount }: LimitRule,
  waitMs: number,
  status: LimitStatus,
  { organizationId, modelId }: RefusedRequest,
): LimitError {
  const rate = `${amount.toLocaleString('en-US')} ${MEASURES[measure].text}`
  const text = `This request would exceed ${OWNERS[scope]} rate limit of ${rate} (org: ${organizationId}, model: ${modelId}).`
  if (waitMs === Number.POSITIVE_INFINITY) {
    const advice =
      amount === 0 ? 'No requests are allowed.' : 'It is larger than the limit: shorten the prompt.'
    return new LimitError('larger-than-limit', `${text} ${advice}`, { status, retryAfterMs: null })
  }
  const advice = 'Please try again later; the response headers show the current usage.'
  return new LimitError('rate-limited', `${text} ${advice}`, { status, retryAfterMs: Math.max(1, waitMs) })
}

/** How long a client is asked to wait for another request to end. */
const CONCURRENCY_RETRY_MS = 1_000

export function concurrencyRefusal({ scope, amount }: LimitRule, status: LimitStatus): LimitError {
  const whose = scope === 'key' ? 'API key' : scope
  return new LimitError(
    'rate-limited',
    `Number of concurrent connections has exceeded your rate limit. Your ${whose} may have ${amount} requests at the same time. Please try again later.`,
    { status, retryAfterMs: CONCURRENCY_RETRY_MS },
  )
}

const SPEND_TEXTS: Readonly<Record<LimitScope, string>> = {
  organization: 'You have reached your specified API usage limits.',
  workspace: 'You have reached your specified workspace API usage limits.',
  key: 'You have reached your specified API usage limits for this API key.',
  user: 'You have reached your specified API usage limits for this user.',
}

export function spendRefusal({ scope }: SpendRule, endsAtMs: number, status: LimitStatus): LimitError {
  const ends = new Date(endsAtMs).toISOString()
  const text = `${SPEND_TEXTS[scope]} You will regain access on ${ends.slice(0, 10)} at ${ends.slice(11, 16)} UTC.`
  return new LimitError('spend-limited', text, { status, retryAfterMs: null })
}
