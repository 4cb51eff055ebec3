import type { TableShape } from './table-shape.ts'

/** Who changed what. */
export interface AuditEventsTable {
  id: string
  at: number
  actorKind: string
  actorId: string
  action: string
  subject: string
  /** JSON without secrets. */
  detail: string
}

export const AUDIT_EVENTS: TableShape<AuditEventsTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    at: 'integer',
    actorKind: 'text',
    actorId: 'text',
    action: 'text',
    subject: 'text',
    detail: 'text',
  },
}
