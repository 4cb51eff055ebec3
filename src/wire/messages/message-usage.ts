/** Where the tokens of a prompt went, by the rules of prompt caching; together they are the whole prompt. */
export interface PromptTokenShares {
  /** Behind the last breakpoint. */
  readonly inputTokens: number
  readonly cacheReadTokens: number
  /** Written to be known for five minutes. */
  readonly cacheWrite5mTokens: number
  /** Written to be known for an hour. */
  readonly cacheWrite1hTokens: number
}

/** A prompt of which nothing is cached. */
export function uncachedShares(promptTokens: number): PromptTokenShares {
  return { inputTokens: promptTokens, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 }
}

/**
 * `usage` of a message, with the keys in the real API's order.
 *
 * @see the API's reference, "Messages": `usage`
 */
export function messageUsage(shares: PromptTokenShares, outputTokens: number): object {
  const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = shares
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: cacheWrite5mTokens + cacheWrite1hTokens,
    cache_read_input_tokens: cacheReadTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWrite5mTokens,
      ephemeral_1h_input_tokens: cacheWrite1hTokens,
    },
    output_tokens: outputTokens,
    service_tier: 'standard',
  }
}

/** `usage` at the end of a stream: cumulative, in place of what its beginning said. */
export function finalUsage(shares: PromptTokenShares, outputTokens: number): object {
  const { inputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = shares
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: cacheWrite5mTokens + cacheWrite1hTokens,
    cache_read_input_tokens: cacheReadTokens,
    output_tokens: outputTokens,
  }
}
