import type { UsageSums } from '../src/usage/usage-sums.ts'

/** A row of a report with zeros for what a test does not set. */
export function usageSumsOf(given: Partial<UsageSums> = {}): UsageSums {
  return {
    from: 0,
    values: [],
    requests: 1,
    errors: 0,
    uncachedInputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 0,
    webSearches: 0,
    uncachedInputCost: 0n,
    cacheReadCost: 0n,
    cacheWrite5mCost: 0n,
    cacheWrite1hCost: 0n,
    outputCost: 0n,
    ...given,
  }
}
