import type { TableShape } from './table-shape.ts'

/** Prices in nano-dollars per million tokens, each valid from a time on. */
export interface PricesTable {
  model: string
  validFrom: number
  uncachedInput: number
  output: number
  cacheRead: number
  cacheWrite5m: number
  cacheWrite1h: number
  /** What a request of a message batch costs of that: 50 is half. */
  batchPercent: number
}

export const PRICES: TableShape<PricesTable> = {
  key: ['model', 'validFrom'],
  columns: {
    model: 'text',
    validFrom: 'integer',
    uncachedInput: 'integer',
    output: 'integer',
    cacheRead: 'integer',
    cacheWrite5m: 'integer',
    cacheWrite1h: 'integer',
    batchPercent: 'integer',
  },
}
