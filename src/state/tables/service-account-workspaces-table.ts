import type { TableShape } from './table-shape.ts'

/** The workspaces that a service account may use. */
export interface ServiceAccountWorkspacesTable {
  serviceAccountId: string
  workspaceId: string
  role: string
  createdAt: number
  createdByActorId: string | null
}

export const SERVICE_ACCOUNT_WORKSPACES: TableShape<ServiceAccountWorkspacesTable> = {
  key: ['serviceAccountId', 'workspaceId'],
  columns: {
    serviceAccountId: 'text',
    workspaceId: 'text',
    role: 'text',
    createdAt: 'integer',
    createdByActorId: 'text',
  },
}
