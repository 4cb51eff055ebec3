import type { TableShape } from './table-shape.ts'

export interface WorkspaceMembersTable {
  workspaceId: string
  userId: string
  role: string
  addedAt: number
}

export const WORKSPACE_MEMBERS: TableShape<WorkspaceMembersTable> = {
  key: ['workspaceId', 'userId'],
  columns: {
    workspaceId: 'text',
    userId: 'text',
    role: 'text',
    addedAt: 'integer',
  },
}
