import type { PriceTable } from '../usage/price-table.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import { usageRowOf } from '../usage/usage-row-of.ts'

/** What a completion costs, in nano-dollars, for limits of money. */
export function completionCost(
  prices: Pick<PriceTable, 'costOf'>,
  nowMs: () => number,
): (record: UsageRecord) => number {
  return (record) => {
    const cost = prices.costOf(usageRowOf(record, nowMs(), () => 200))
    const { uncachedInputCost, cacheReadCost, cacheWrite5mCost, cacheWrite1hCost, outputCost } = cost
    return uncachedInputCost + cacheReadCost + cacheWrite5mCost + cacheWrite1hCost + outputCost
  }
}
