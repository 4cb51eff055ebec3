import type { UsageSums } from '../../usage/usage-sums.ts'

/** The tokens and web searches of a row, as every usage report has them. */
export function tokensBody(sums: UsageSums): object {
  return {
    cache_creation: {
      ephemeral_1h_input_tokens: sums.cacheWrite1hTokens,
      ephemeral_5m_input_tokens: sums.cacheWrite5mTokens,
    },
    cache_read_input_tokens: sums.cacheReadTokens,
    output_tokens: sums.outputTokens,
    server_tool_use: { web_search_requests: sums.webSearches },
    uncached_input_tokens: sums.uncachedInputTokens,
  }
}
