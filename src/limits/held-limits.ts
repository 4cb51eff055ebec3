import type { AdmittedRequest, LimitStatus, ServiceTier, UsedTokens } from '../completion/admission.ts'
import type { AppliedLimits } from './limit-parts.ts'
import { limitStatus } from './limit-status.ts'
import type { RateMeasure } from './measure.ts'

/** What was charged at admission, before anything was counted. */
export interface Advance {
  readonly serviceTier: ServiceTier
  readonly promptTokens: number
  /** The share kept for requests with priority; null for a request without. */
  readonly priorityShare: number | null
  readonly nowMs: () => number
  /** Called once with the prompt's tokens, when they are known. */
  readonly onPromptTokens: (tokens: number) => void
}

/** A request that was admitted, and what it was charged. */
export class HeldLimits implements AdmittedRequest {
  readonly serviceTier: ServiceTier
  readonly #limits: AppliedLimits
  readonly #advance: Advance
  readonly #charged: number[]
  #isHeld = true
  #knowsPrompt = false

  constructor(limits: AppliedLimits, advance: Advance) {
    this.serviceTier = advance.serviceTier
    this.#limits = limits
    this.#advance = advance
    this.#charged = limits.rates.map(({ measure }) => amountOf(measure, advance.promptTokens, NOTHING_USED))
  }

  use(used: UsedTokens): void {
    const nowMs = this.#advance.nowMs()
    for (const [index, { measure, slice }] of this.#limits.rates.entries()) {
      const amount = amountOf(measure, this.#advance.promptTokens, used)
      const charged = this.#charged[index] ?? 0
      if (amount !== charged) slice.charge(amount - charged, nowMs)
      this.#charged[index] = amount
    }
    if (used.promptTokens === null || this.#knowsPrompt) return
    this.#knowsPrompt = true
    this.#advance.onPromptTokens(used.promptTokens)
  }

  spend(costOf: () => number): void {
    if (this.#limits.spend.length === 0) return
    const nanoDollars = costOf()
    if (nanoDollars === 0) return
    const nowMs = this.#advance.nowMs()
    for (const slice of this.#limits.spend) slice.charge(nanoDollars, nowMs)
  }

  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    for (const { gate } of this.#limits.gates) gate.exit()
  }

  status(): LimitStatus {
    const { nowMs, priorityShare } = this.#advance
    return limitStatus(this.#limits.rates, nowMs(), { priorityShare })
  }
}

export const NOTHING_USED: UsedTokens = { promptTokens: null, cacheReadTokens: 0, completionTokens: 0 }

/** How much of a measure a request has used; one token of output is charged from the start. */
export function amountOf(measure: RateMeasure, estimatedTokens: number, used: UsedTokens): number {
  const allInput = used.promptTokens ?? estimatedTokens
  const input = Math.max(0, allInput - used.cacheReadTokens)
  const output = Math.max(1, used.completionTokens)
  switch (measure) {
    case 'requests':
      return 1
    case 'inputTokens':
      return input
    case 'allInputTokens':
      return allInput
    case 'outputTokens':
      return output
    case 'tokens':
    case 'dailyTokens':
      return input + output
  }
}
