import type { TableShape } from './table-shape.ts'

/** Work that one instance does for all of them. */
export interface DutiesTable {
  name: string
  holder: string
  /** Grows with each new holder: a statement that names an old term has no effect. */
  term: number
  heldUntil: number
}

export const DUTIES: TableShape<DutiesTable> = {
  key: ['name'],
  columns: {
    name: 'text',
    holder: 'text',
    term: 'integer',
    heldUntil: 'integer',
  },
  isTransient: true,
}
