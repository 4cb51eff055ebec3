import type { TableShape } from './table-shape.ts'

/** What was used of a limit whose period starts afresh: money per day, week or month. */
export interface CountersTable {
  counterKey: string
  periodStart: number
  used: number
  /** What the last lease was granted. */
  granted: number
}

export const COUNTERS: TableShape<CountersTable> = {
  key: ['counterKey', 'periodStart'],
  columns: {
    counterKey: 'text',
    periodStart: 'integer',
    used: 'integer',
    granted: 'integer',
  },
}
