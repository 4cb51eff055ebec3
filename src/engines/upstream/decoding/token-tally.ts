import type { PromptUsage } from '../../../completion/completion-event.ts'

/**
 * Counts the tokens of one response. Until the upstream reports a count, each of its events counts as one token; the
 * report corrects that.
 */
export class TokenTally {
  #completionTokens = 0
  #promptUsage: PromptUsage | null = null

  /** The tokens counted so far. */
  get completionTokens(): number {
    return this.#completionTokens
  }

  /** The tokens that an event adds. */
  next(hasContent: boolean, completionTokensSoFar: number | null): number {
    const tokens =
      completionTokensSoFar === null
        ? Number(hasContent)
        : Math.max(0, completionTokensSoFar - this.#completionTokens)
    this.#completionTokens += tokens
    return tokens
  }

  /** The upstream's report about the prompt; empty when it repeats the last one. */
  prompt(counts: Omit<PromptUsage, 'type'>): PromptUsage[] {
    const usage: PromptUsage = { type: 'prompt-usage', ...counts }
    const last: Partial<PromptUsage> = this.#promptUsage ?? {}
    if (PROMPT_COUNTS.every((name) => usage[name] === last[name])) return []
    this.#promptUsage = usage
    return [usage]
  }
}

const PROMPT_COUNTS = [
  'promptTokens',
  'reusedPromptTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
] as const
