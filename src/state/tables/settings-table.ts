import type { TableShape } from './table-shape.ts'

/** What the organization has set once: its id and name, signature secrets, the id of this state. */
export interface SettingsTable {
  name: string
  value: string
  changedAt: number
}

export const SETTINGS: TableShape<SettingsTable> = {
  key: ['name'],
  columns: {
    name: 'text',
    value: 'text',
    changedAt: 'integer',
  },
}
