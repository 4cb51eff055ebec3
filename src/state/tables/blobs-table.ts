import type { TableShape } from './table-shape.ts'

/** Bytes that are stored beside the database. */
export interface BlobsTable {
  sha256: string
  sizeBytes: number
  /** When they were last stored. */
  touchedAt: number
}

export const BLOBS: TableShape<BlobsTable> = {
  key: ['sha256'],
  columns: { sha256: 'text', sizeBytes: 'integer', touchedAt: 'integer' },
}
