import type { TableShape } from './table-shape.ts'

/** Sums of what files take. */
export interface StoredBytesTable {
  name: string
  bytes: number
}

export const STORED_BYTES: TableShape<StoredBytesTable> = {
  key: ['name'],
  columns: { name: 'text', bytes: 'integer' },
}
