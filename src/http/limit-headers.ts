import type { LimitFigure, LimitStatus, ShownMeasure } from '../completion/admission.ts'
import type { ClientStyle } from './client-style.ts'

const CLAUDE_NAMES: Readonly<Record<ShownMeasure, string>> = {
  requests: 'anthropic-ratelimit-requests',
  tokens: 'anthropic-ratelimit-tokens',
  inputTokens: 'anthropic-ratelimit-input-tokens',
  outputTokens: 'anthropic-ratelimit-output-tokens',
  priorityInputTokens: 'anthropic-priority-input-tokens',
  priorityOutputTokens: 'anthropic-priority-output-tokens',
}

/** Smaller limits would lose their figures to rounding. */
const MIN_ROUNDED_LIMIT = 10_000

/**
 * The headers that show a client its limits; none for limits that do not exist.
 *
 * @see the API's guide on rate limits: response headers
 * @see OpenAI's guide on rate limits: rate limits in headers
 */
export function limitHeaders(status: LimitStatus, clientStyle: ClientStyle): Record<string, string> {
  const headers: Record<string, string> = {}
  if (clientStyle === 'openai') {
    addOpenAi(headers, 'requests', status.requests)
    addOpenAi(headers, 'tokens', status.tokens === undefined ? undefined : rounded(status.tokens))
    return headers
  }
  for (const [measure, figure] of Object.entries(status) as [ShownMeasure, LimitFigure][]) {
    const { limit, remaining, fullAtMs } = measure === 'requests' ? figure : rounded(figure)
    const name = CLAUDE_NAMES[measure]
    headers[`${name}-limit`] = String(limit)
    headers[`${name}-remaining`] = String(remaining)
    headers[`${name}-reset`] = resetText(fullAtMs)
  }
  return headers
}

function addOpenAi(
  headers: Record<string, string>,
  name: 'requests' | 'tokens',
  figure: LimitFigure | undefined,
): void {
  if (figure === undefined) return
  headers[`x-ratelimit-limit-${name}`] = String(figure.limit)
  headers[`x-ratelimit-remaining-${name}`] = String(figure.remaining)
  headers[`x-ratelimit-reset-${name}`] = durationText(figure.fullAtMs - Date.now())
}

/** The API rounds tokens to thousands. */
function rounded(figure: LimitFigure): LimitFigure {
  const { limit, remaining } = figure
  if (limit < MIN_ROUNDED_LIMIT) return figure
  return { ...figure, remaining: Math.min(limit, Math.round(remaining / 1_000) * 1_000) }
}

/** Most responses of a second show the same few times. */
const MAX_CACHED_TEXTS = 64
const resetTexts = new Map<number, string>()

/** A time as RFC 3339, in whole seconds, rounded up. */
function resetText(atMs: number): string {
  const second = Math.ceil(atMs / 1_000)
  const known = resetTexts.get(second)
  if (known !== undefined) return known
  if (resetTexts.size >= MAX_CACHED_TEXTS) resetTexts.clear()
  const text = `${new Date(second * 1_000).toISOString().slice(0, 19)}Z`
  resetTexts.set(second, text)
  return text
}

/** A duration as OpenAI writes it: `120ms`, `1.5s`, `6m0s`. */
function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.ceil(ms))}ms`
  const seconds = Math.ceil(ms / 10) / 100
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${Math.ceil(seconds % 60)}s`
}
