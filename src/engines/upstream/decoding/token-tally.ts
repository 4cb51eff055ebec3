import type { PromptUsage } from '../../../completion/completion-event.ts'

/**
 * Counts the tokens of one answer. Until an upstream tells its counts, whatever it sends counts as one token; what it
 * tells puts that right.
 */
export class TokenTally {
  #told = 0
  #promptUsage: PromptUsage | null = null

  /** How many tokens have been told so far. */
  get completionTokens(): number {
    return this.#told
  }

  /** The tokens that are not told yet. */
  next(hasContent: boolean, completionTokensSoFar: number | null): number {
    const tokens =
      completionTokensSoFar === null ? Number(hasContent) : Math.max(0, completionTokensSoFar - this.#told)
    this.#told += tokens
    return tokens
  }

  /** What the upstream says of the prompt; told again only when it says something else. */
  prompt(promptTokens: number, reusedPromptTokens: number): PromptUsage[] {
    const last = this.#promptUsage
    if (last?.promptTokens === promptTokens && last.reusedPromptTokens === reusedPromptTokens) return []
    this.#promptUsage = { type: 'prompt-usage', promptTokens, reusedPromptTokens }
    return [this.#promptUsage]
  }
}
