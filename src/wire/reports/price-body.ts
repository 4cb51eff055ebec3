import type { Price } from '../../usage/price.ts'
import { reportTime } from './report-time.ts'

const NANO_DOLLARS = 1_000_000_000

/** A price of `GET /continuo/prices`: US dollars for a million tokens. */
export function priceBody(price: Price, origin: 'configuration' | 'database'): object {
  return {
    type: 'price',
    model: price.model,
    valid_from: reportTime(price.validFrom),
    input: price.uncachedInput / NANO_DOLLARS,
    output: price.output / NANO_DOLLARS,
    cache_read: price.cacheRead / NANO_DOLLARS,
    cache_write_5m: price.cacheWrite5m / NANO_DOLLARS,
    cache_write_1h: price.cacheWrite1h / NANO_DOLLARS,
    batch_percent: price.batchPercent,
    origin,
  }
}
