import type { UsageSums } from './usage-sums.ts'

/** The kinds of tokens that have a price of their own. */
export type PricedTokens = 'uncachedInput' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'

const PRICED_TOKENS: readonly PricedTokens[] = [
  'uncachedInput',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
]

/** What the tokens of one kind cost together, in nano-dollars. */
export interface CostLine {
  readonly tokens: PricedTokens
  readonly cost: bigint
}

/** A line for each kind of tokens that was used. */
export function costLines(sums: UsageSums): CostLine[] {
  const lines = PRICED_TOKENS.map((tokens) => ({ tokens, cost: sums[`${tokens}Cost`] }))
  return lines.filter(({ tokens, cost }) => sums[`${tokens}Tokens`] > 0 || cost > 0n)
}

export function totalCost(sums: UsageSums): bigint {
  return PRICED_TOKENS.reduce((total, tokens) => total + sums[`${tokens}Cost`], 0n)
}

export function totalTokens(sums: UsageSums): number {
  return PRICED_TOKENS.reduce((total, tokens) => total + sums[`${tokens}Tokens`], 0)
}
