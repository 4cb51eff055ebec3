import type { PricesTable } from '../state/tables/prices-table.ts'
import type { UsageRow } from './usage-row.ts'

/** What the tokens of a model cost from a time on, in nano-dollars per million tokens. */
export type Price = Readonly<PricesTable>

/** What a cost depends on. */
export type PricedUsage = Pick<
  UsageRow,
  | 'at'
  | 'model'
  | 'serviceTier'
  | 'uncachedInputTokens'
  | 'cacheReadTokens'
  | 'cacheWrite5mTokens'
  | 'cacheWrite1hTokens'
  | 'outputTokens'
>

/** The columns of a row that say what it cost. */
export type UsageCost = Pick<
  UsageRow,
  'uncachedInputCost' | 'cacheReadCost' | 'cacheWrite5mCost' | 'cacheWrite1hCost' | 'outputCost' | 'priceFrom'
>

/** The cost of what has no price. */
export const NO_COST: UsageCost = {
  uncachedInputCost: 0,
  cacheReadCost: 0,
  cacheWrite5mCost: 0,
  cacheWrite1hCost: 0,
  outputCost: 0,
  priceFrom: null,
}

/** What usage costs at a price. A request of a message batch has the service tier `batch` and costs its percentage. */
export function costAt(price: Price, usage: PricedUsage): UsageCost {
  const percent = usage.serviceTier === 'batch' ? price.batchPercent : 100
  const cost = (tokens: number, perMillion: number) => roundedCost(tokens, perMillion, percent)
  return {
    uncachedInputCost: cost(usage.uncachedInputTokens, price.uncachedInput),
    cacheReadCost: cost(usage.cacheReadTokens, price.cacheRead),
    cacheWrite5mCost: cost(usage.cacheWrite5mTokens, price.cacheWrite5m),
    cacheWrite1hCost: cost(usage.cacheWrite1hTokens, price.cacheWrite1h),
    outputCost: cost(usage.outputTokens, price.output),
    priceFrom: price.validFrom,
  }
}

/** Divides by a million tokens and by a hundred percent. */
const DIVISOR = 100_000_000

/** tokens × price × percent, in whole nano-dollars; half of one is rounded up. */
function roundedCost(tokens: number, perMillion: number, percent: number): number {
  const product = tokens * perMillion * percent
  if (!Number.isSafeInteger(product)) return roundedLargeCost(tokens, perMillion, percent)
  const rest = product % DIVISOR
  return (product - rest) / DIVISOR + (2 * rest >= DIVISOR ? 1 : 0)
}

function roundedLargeCost(tokens: number, perMillion: number, percent: number): number {
  const product = BigInt(tokens) * BigInt(perMillion) * BigInt(percent)
  const divisor = BigInt(DIVISOR)
  return Math.min(Number((2n * product + divisor) / (2n * divisor)), Number.MAX_SAFE_INTEGER)
}
