import type { TableShape } from './table-shape.ts'

/** The server processes that share this state. */
export interface InstancesTable {
  id: string
  startedAt: number
  seenAt: number
  /** The release that the instance runs. */
  version: string
}

export const INSTANCES: TableShape<InstancesTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    startedAt: 'integer',
    seenAt: 'integer',
    version: 'text',
  },
  isTransient: true,
}
