import type { LimitFigure, LimitStatus, ShownMeasure } from '../completion/admission.ts'
import type { AppliedRate } from './limit-parts.ts'
import type { RateMeasure } from './measure.ts'

const SHOWN: Readonly<Record<RateMeasure, ShownMeasure>> = {
  requests: 'requests',
  inputTokens: 'inputTokens',
  allInputTokens: 'inputTokens',
  outputTokens: 'outputTokens',
  tokens: 'tokens',
  dailyTokens: 'tokens',
}

/** The limits of a request for the headers of its response: of each measure the rule that has least left. */
export function limitStatus(
  rates: readonly AppliedRate[],
  nowMs: number,
  { refusedBy = null, priorityShare = null }: StatusOptions = {},
): LimitStatus {
  const status: Partial<Record<ShownMeasure, LimitFigure>> = {}
  for (const rate of rates) {
    const figure = rate.slice.figure(nowMs)
    const shown = SHOWN[rate.measure]
    status[shown] = tighter(status[shown], rate === refusedBy ? { ...figure, remaining: 0 } : figure)
    if (priorityShare === null || rate.rule.scope !== 'organization') continue
    const reserved = reservedFigure(figure, priorityShare)
    if (shown === 'inputTokens') status.priorityInputTokens = tighter(status.priorityInputTokens, reserved)
    if (shown === 'outputTokens') status.priorityOutputTokens = tighter(status.priorityOutputTokens, reserved)
  }
  const tokens = status.tokens ?? allTokens(status)
  return tokens === undefined ? status : { ...status, tokens }
}

interface StatusOptions {
  /** The limit that refused the request: it has nothing left for it. */
  readonly refusedBy?: AppliedRate | null
  /** The share that is kept for requests with priority; null for a request without. */
  readonly priorityShare?: number | null
}

function tighter(known: LimitFigure | undefined, figure: LimitFigure): LimitFigure {
  if (known === undefined) return figure
  if (known.remaining !== figure.remaining) return known.remaining < figure.remaining ? known : figure
  return known.limit <= figure.limit ? known : figure
}

/** Without a limit of all tokens: those of input and output together. */
function allTokens({ inputTokens, outputTokens }: LimitStatus): LimitFigure | undefined {
  if (inputTokens === undefined || outputTokens === undefined) return inputTokens ?? outputTokens
  return {
    limit: inputTokens.limit + outputTokens.limit,
    remaining: inputTokens.remaining + outputTokens.remaining,
    fullAtMs: Math.max(inputTokens.fullAtMs, outputTokens.fullAtMs),
  }
}

function reservedFigure({ limit, remaining, fullAtMs }: LimitFigure, share: number): LimitFigure {
  const reserved = Math.floor(limit * share)
  return { limit: reserved, remaining: Math.min(reserved, remaining), fullAtMs }
}
