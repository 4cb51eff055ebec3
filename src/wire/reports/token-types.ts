import type { PricedTokens } from '../../usage/cost-line.ts'

/** What reports call the kinds of tokens that have prices of their own. */
export const TOKEN_TYPES: Readonly<Record<PricedTokens, string>> = {
  uncachedInput: 'uncached_input_tokens',
  output: 'output_tokens',
  cacheRead: 'cache_read_input_tokens',
  cacheWrite5m: 'cache_creation.ephemeral_5m_input_tokens',
  cacheWrite1h: 'cache_creation.ephemeral_1h_input_tokens',
}
