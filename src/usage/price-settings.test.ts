import { describe, expect, it } from 'vitest'
import { configuredPrices, PRICES_SCHEMA } from './price-settings.ts'

describe('the setting prices', () => {
  it('is in dollars for a million tokens, with the ratios of the Claude API for what it leaves out', () => {
    expect(configuredPrices(PRICES_SCHEMA.parse({ small: { input: 3, output: 15 } }))).toEqual([
      {
        model: 'small',
        validFrom: 0,
        uncachedInput: 3_000_000_000,
        output: 15_000_000_000,
        cacheRead: 300_000_000,
        cacheWrite5m: 3_750_000_000,
        cacheWrite1h: 6_000_000_000,
        batchPercent: 50,
      },
    ])
  })

  it('takes fractions of a cent, and every price by itself', () => {
    const settings = { input: 0.07, output: 0.28, cacheRead: 0, cacheWrite5m: 0.07, cacheWrite1h: 1.1 }
    const [price] = configuredPrices(PRICES_SCHEMA.parse({ small: { ...settings, batchPercent: 100 } }))
    expect(price).toMatchObject({
      uncachedInput: 70_000_000,
      output: 280_000_000,
      cacheRead: 0,
      cacheWrite5m: 70_000_000,
      cacheWrite1h: 1_100_000_000,
      batchPercent: 100,
    })
  })

  it('takes several prices of a model, valid from a day or a time', () => {
    const prices = configuredPrices(
      PRICES_SCHEMA.parse({
        small: [
          { input: 1, output: 1 },
          { input: 2, output: 2, validFrom: '2026-12-01' },
          { input: 3, output: 3, validFrom: '2026-12-31T23:00:00-01:00' },
        ],
      }),
    )
    expect(prices.map(({ validFrom }) => validFrom)).toEqual([0, Date.UTC(2026, 11, 1), Date.UTC(2027, 0, 1)])
  })

  it.each([
    ['a negative price', { input: -1, output: 1 }],
    ['a price in cents', { input: 300_000, output: 1 }],
    ['no price for output', { input: 1 }],
    ['an unknown name', { input: 1, output: 1, cached: 1 }],
    ['a day that does not exist', { input: 1, output: 1, validFrom: '2026-02-30' }],
    ['no price', []],
    [
      'two prices from the same time',
      [
        { input: 1, output: 1, validFrom: '2026-12-01' },
        { input: 2, output: 2, validFrom: '2026-12-01T00:00:00Z' },
      ],
    ],
  ])('refuses %s', (_, small) => {
    expect(PRICES_SCHEMA.safeParse({ small }).success).toBe(false)
  })
})
