import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usageRow } from '../../test/usage-rows.ts'
import type { Price } from './price.ts'
import { costAt, NO_COST } from './price.ts'
import { PriceTable } from './price-table.ts'

const DAY_MS = 86_400_000

describe('PriceTable', () => {
  it('charges nothing without a price', () => {
    const table = new PriceTable([price({ model: 'other' })])
    expect(table.costOf(usageRow())).toEqual(NO_COST)
  })

  it('charges each kind of tokens its price', () => {
    const table = new PriceTable([price({ validFrom: 5 })])
    const usage = usageRow({
      at: 5,
      uncachedInputTokens: 1_000,
      cacheReadTokens: 2_000,
      cacheWrite5mTokens: 3_000,
      cacheWrite1hTokens: 4_000,
      outputTokens: 5_000,
    })
    expect(table.costOf(usage)).toEqual({
      uncachedInputCost: 3_000_000,
      cacheReadCost: 600_000,
      cacheWrite5mCost: 11_250_000,
      cacheWrite1hCost: 24_000_000,
      outputCost: 75_000_000,
      priceFrom: 5,
    })
  })

  it('charges requests of message batches their percentage', () => {
    const table = new PriceTable([price({ batchPercent: 40 })])
    const usage = { outputTokens: 1_000_000 }
    expect(table.costOf(usageRow({ ...usage, serviceTier: 'batch' })).outputCost).toBe(6_000_000_000)
    expect(table.costOf(usageRow({ ...usage, serviceTier: 'priority' })).outputCost).toBe(15_000_000_000)
  })

  it('charges the price that is valid at the time of the request', () => {
    const table = new PriceTable([
      price({ validFrom: DAY_MS, output: 1_000_000 }),
      price({ validFrom: 3 * DAY_MS, output: 3_000_000 }),
      price({ validFrom: 2 * DAY_MS, output: 2_000_000 }),
    ])
    const costs = [0, 1, 1.5, 2, 2.999, 3, 9].map(
      (days) => table.costOf(usageRow({ at: Math.round(days * DAY_MS), outputTokens: 1 })).outputCost,
    )
    expect(costs).toEqual([0, 1, 1, 2, 2, 3, 3])
  })

  it('charges models without a valid price that of any model', () => {
    const table = new PriceTable([
      price({ model: '*', output: 1_000_000 }),
      price({ validFrom: DAY_MS, output: 2_000_000 }),
    ])
    const cost = (row: Parameters<typeof usageRow>[0]) =>
      table.costOf(usageRow({ outputTokens: 1, ...row })).outputCost
    expect(cost({ model: 'unknown' })).toBe(1)
    expect(cost({ at: 0 })).toBe(1)
    expect(cost({ at: DAY_MS })).toBe(2)
  })

  it('charges the model that an alias stands for', () => {
    const table = new PriceTable([price({ model: 'alias', output: 1_000_000 })], (id) =>
      id === 'alias' ? 'model' : id,
    )
    expect(table.costOf(usageRow({ outputTokens: 1 })).outputCost).toBe(1)
  })

  it('takes prices of the database for the models that the configuration does not name', () => {
    const table = new PriceTable([price({ validFrom: DAY_MS, output: 1_000_000 })])
    const cost = (model: string) =>
      table.costOf(usageRow({ model, at: 2 * DAY_MS, outputTokens: 1 })).outputCost
    table.setStored([
      price({ model: 'stored', output: 2_000_000 }),
      price({ validFrom: 2 * DAY_MS, output: 3_000_000 }),
    ])
    expect([cost('model'), cost('stored')]).toEqual([1, 2])
    table.setStored([])
    expect([cost('model'), cost('stored')]).toEqual([1, 0])
  })
})

describe('costAt', () => {
  it('is exact, whatever the numbers', () => {
    const tokens = fc.integer({ min: 0, max: 2 ** 31 - 1 })
    const amount = fc.integer({ min: 0, max: 10_000_000_000_000 })
    fc.assert(
      fc.property(tokens, amount, fc.integer({ min: 0, max: 100 }), (outputTokens, output, batchPercent) => {
        const usage = usageRow({ outputTokens, serviceTier: 'batch' })
        const { outputCost } = costAt(price({ output, batchPercent }), usage)
        const exact = BigInt(outputTokens) * BigInt(output) * BigInt(batchPercent)
        const rounded = (exact + 50_000_000n) / 100_000_000n
        const largest = BigInt(Number.MAX_SAFE_INTEGER)
        expect(BigInt(outputCost)).toBe(rounded < largest ? rounded : largest)
      }),
    )
  })
})

function price(given: Partial<Price> = {}): Price {
  return {
    model: 'model',
    validFrom: 0,
    uncachedInput: 3_000_000_000,
    output: 15_000_000_000,
    cacheRead: 300_000_000,
    cacheWrite5m: 3_750_000_000,
    cacheWrite1h: 6_000_000_000,
    batchPercent: 50,
    ...given,
  }
}
