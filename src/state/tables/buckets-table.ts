import type { TableShape } from './table-shape.ts'

/** Token buckets of rate limits that are in use: a bucket is stored as the time at which it is full again. */
export interface BucketsTable {
  bucketKey: string
  /** Milliseconds with a fraction: a token of a large limit refills in microseconds. */
  fullAt: number
  /** What the last lease was granted. */
  granted: number
}

export const BUCKETS: TableShape<BucketsTable> = {
  key: ['bucketKey'],
  columns: {
    bucketKey: 'text',
    fullAt: 'real',
    granted: 'real',
  },
}
