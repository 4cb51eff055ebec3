import type { TableShape } from './table-shape.ts'

export interface BatchRequestsTable {
  batchId: string
  position: number
  customId: string
  state: 'waiting' | 'running' | 'succeeded' | 'errored' | 'canceled' | 'expired'
  /** Who works on it; a result counts only from the holder of the lease. */
  lease: string | null
  leasedUntil: number | null
  attempts: number
  params: Uint8Array
  result: Uint8Array | null
}

export const BATCH_REQUESTS: TableShape<BatchRequestsTable> = {
  key: ['batchId', 'position'],
  columns: {
    batchId: 'text',
    position: 'integer',
    customId: 'text',
    state: 'text',
    lease: 'text',
    leasedUntil: 'integer',
    attempts: 'integer',
    params: 'blob',
    result: 'blob',
  },
  hasLargeRows: true,
}
