import * as z from 'zod'
import type { Price } from './price.ts'

/** A dollar in nano-dollars. */
export const NANO_DOLLARS = 1_000_000_000
/** More would be a mistake: the dearest models cost some hundred dollars. */
export const MAX_DOLLARS = 10_000

const dollars = z.number().min(0).max(MAX_DOLLARS)

const PRICE_SCHEMA = z.strictObject({
  input: dollars.describe('US dollars for a million input tokens.'),
  output: dollars.describe('US dollars for a million output tokens.'),
  cacheRead: dollars
    .describe('For input tokens that are read from the cache; by default 10 % of input.')
    .optional(),
  cacheWrite5m: dollars
    .describe('For input tokens that are written to the cache for five minutes; by default 125 % of input.')
    .optional(),
  cacheWrite1h: dollars
    .describe('For input tokens that are written to the cache for an hour; by default 200 % of input.')
    .optional(),
  batchPercent: z
    .int()
    .min(0)
    .max(100)
    .describe('What a request of a message batch costs of that, in percent.')
    .default(50),
  validFrom: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })])
    .describe('The day (UTC) or time from which the price is valid; by default it always was.')
    .optional(),
})

/** The setting `prices`. */
export const PRICES_SCHEMA = z
  .record(z.string().min(1), z.union([PRICE_SCHEMA, z.array(PRICE_SCHEMA).min(1)]))
  .superRefine((settings, { addIssue }) => {
    for (const [model, prices] of Object.entries(settings)) {
      const times = new Set([prices].flat().map(validFromMs))
      if (Array.isArray(prices) && times.size < prices.length)
        addIssue({ code: 'custom', path: [model], message: 'two prices are valid from the same time' })
    }
  })

export type PriceSettings = z.infer<typeof PRICES_SCHEMA>
/** One price, in US dollars for a million tokens. */
export type PriceSetting = z.infer<typeof PRICE_SCHEMA>

/** The prices of the configuration. */
export function configuredPrices(settings: PriceSettings): Price[] {
  return Object.entries(settings).flatMap(([model, prices]) =>
    [prices].flat().map((price) => priceOf(model, price)),
  )
}

/** The price of a model, with the ratios of the Claude API for what is left out. */
export function priceOf(model: string, price: PriceSetting): Price {
  const { input, output, batchPercent } = price
  return {
    model,
    validFrom: validFromMs(price),
    uncachedInput: nanoDollars(input),
    output: nanoDollars(output),
    cacheRead: nanoDollars(price.cacheRead ?? input * 0.1),
    cacheWrite5m: nanoDollars(price.cacheWrite5m ?? input * 1.25),
    cacheWrite1h: nanoDollars(price.cacheWrite1h ?? input * 2),
    batchPercent,
  }
}

function validFromMs({ validFrom }: { readonly validFrom?: string | undefined }): number {
  return validFrom === undefined ? 0 : Date.parse(validFrom)
}

function nanoDollars(amount: number): number {
  return Math.round(amount * NANO_DOLLARS)
}
