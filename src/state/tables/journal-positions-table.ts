import type { TableShape } from './table-shape.ts'

/** How much of each segment of the usage journals is in the tables. */
export interface JournalPositionsTable {
  segment: string
  committedBytes: number
  /** 1 when the segment is complete and wholly committed. */
  isEnded: 0 | 1
  changedAt: number
}

export const JOURNAL_POSITIONS: TableShape<JournalPositionsTable> = {
  key: ['segment'],
  columns: {
    segment: 'text',
    committedBytes: 'integer',
    isEnded: 'integer',
    changedAt: 'integer',
  },
}
