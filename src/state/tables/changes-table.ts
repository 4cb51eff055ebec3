import type { TableShape } from './table-shape.ts'

/** How often something has changed that instances keep in memory, by topic. */
export interface ChangesTable {
  topic: string
  version: number
}

export const CHANGES: TableShape<ChangesTable> = {
  key: ['topic'],
  columns: {
    topic: 'text',
    version: 'integer',
  },
}
