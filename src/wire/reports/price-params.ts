import * as z from 'zod'
import type { PriceSetting } from '../../usage/price-settings.ts'
import { checkBody, dictionary, integer, nameUpTo, number, string } from '../body-schema.ts'
import { parseTime, timestampError } from './report-query.ts'

const MAX_DOLLARS = 10_000
const dollars = number
  .min(0, 'Input should be greater than or equal to 0')
  .max(
    MAX_DOLLARS,
    `Input should be less than or equal to ${MAX_DOLLARS}: it is in US dollars for a million tokens`,
  )
const percent = integer
  .min(0, 'Input should be greater than or equal to 0')
  .max(100, 'Input should be less than or equal to 100')

const PRICE = z.strictObject(
  {
    model: nameUpTo(256),
    valid_from: string.nullish(),
    input: dollars,
    output: dollars,
    cache_read: dollars.nullish(),
    cache_write_5m: dollars.nullish(),
    cache_write_1h: dollars.nullish(),
    batch_percent: percent.nullish(),
  },
  { error: dictionary },
)

/**
 * Reads the body of `POST /continuo/prices`. A price is valid from now on, unless the body has another time.
 *
 * @throws CompletionError `invalid-request`
 */
export function parsePrice(
  body: object,
  nowMs: number,
): { readonly model: string; readonly setting: PriceSetting } {
  const price = checkBody(body, PRICE)
  const { model, input, output, valid_from: validFrom, batch_percent: batchPercent } = price
  const validFromMs = validFrom == null ? nowMs : parseTime(validFrom)
  if (validFromMs === null) throw timestampError('valid_from', validFrom ?? '')
  const setting: PriceSetting = {
    input,
    output,
    batchPercent: batchPercent ?? 50,
    validFrom: new Date(validFromMs).toISOString(),
  }
  if (price.cache_read != null) setting.cacheRead = price.cache_read
  if (price.cache_write_5m != null) setting.cacheWrite5m = price.cache_write_5m
  if (price.cache_write_1h != null) setting.cacheWrite1h = price.cache_write_1h
  return { model, setting }
}
