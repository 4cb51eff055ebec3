import type { PromptUsage } from '../completion/completion-event.ts'
import type { CachePlan } from './cache-plan.ts'
import { type InputUsage, uncachedInput } from './input-usage.ts'

/** The plan of a prompt whose engine caches and charges itself: what it reports last is what was charged. */
export class ReportedCaching implements CachePlan {
  #committed: InputUsage | null = null
  #reported: PromptUsage | null = null

  get committed(): InputUsage | null {
    return this.#committed
  }

  observe(usage: PromptUsage): void {
    this.#reported = usage
  }

  readTokensOf(): number {
    return this.#reported?.reusedPromptTokens ?? 0
  }

  commit(promptTokens: number): InputUsage {
    this.#committed = this.#reported === null ? uncachedInput(promptTokens) : chargedAs(this.#reported)
    return this.#committed
  }
}

function chargedAs(reported: PromptUsage): InputUsage {
  const { promptTokens, reusedPromptTokens } = reported
  const { cacheWrite5mTokens = 0, cacheWrite1hTokens = 0 } = reported
  const inputTokens = promptTokens - reusedPromptTokens - cacheWrite5mTokens - cacheWrite1hTokens
  return {
    inputTokens: Math.max(0, inputTokens),
    cacheReadTokens: reusedPromptTokens,
    cacheWrite5mTokens,
    cacheWrite1hTokens,
  }
}
