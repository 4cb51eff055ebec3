/** Where the tokens of a prompt went, by the rules of prompt caching; together they are the whole prompt. */
export interface InputUsage {
  /** Behind the last breakpoint. */
  readonly inputTokens: number
  /** Up to the furthest breakpoint that was known. */
  readonly cacheReadTokens: number
  /** From there on, to be known for five minutes. */
  readonly cacheWrite5mTokens: number
  /** From there on, to be known for an hour. */
  readonly cacheWrite1hTokens: number
}

/** A prompt of which nothing is cached. */
export function uncachedInput(promptTokens: number): InputUsage {
  return { inputTokens: promptTokens, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 }
}
