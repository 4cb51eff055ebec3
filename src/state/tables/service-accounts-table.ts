import type { TableShape } from './table-shape.ts'

export interface ServiceAccountsTable {
  id: string
  name: string
  description: string | null
  organizationRole: string
  createdAt: number
  createdByActorId: string | null
  updatedAt: number
  updatedByActorId: string | null
  archivedAt: number | null
  archivedByActorId: string | null
}

export const SERVICE_ACCOUNTS: TableShape<ServiceAccountsTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    name: 'text',
    description: 'text',
    organizationRole: 'text',
    createdAt: 'integer',
    createdByActorId: 'text',
    updatedAt: 'integer',
    updatedByActorId: 'text',
    archivedAt: 'integer',
    archivedByActorId: 'text',
  },
}
