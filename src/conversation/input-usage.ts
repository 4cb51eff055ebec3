/** The tokens of a prompt by how they are charged. Together they are the whole prompt. */
export interface InputUsage {
  /** After the last breakpoint. */
  readonly inputTokens: number
  /** Up to the last prefix that was known. */
  readonly cacheReadTokens: number
  /** After that, cached for five minutes. */
  readonly cacheWrite5mTokens: number
  /** After that, cached for an hour. */
  readonly cacheWrite1hTokens: number
}

/** A prompt of which nothing is cached. */
export function uncachedInput(promptTokens: number): InputUsage {
  return { inputTokens: promptTokens, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 }
}
