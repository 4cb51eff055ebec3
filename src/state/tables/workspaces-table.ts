import type { TableShape } from './table-shape.ts'

export interface WorkspacesTable {
  id: string
  name: string
  displayColor: string
  /** 1 for the one workspace that every organization has. */
  isDefault: 0 | 1
  compartmentId: string
  /** A JSON object of strings. */
  tags: string
  workspaceGeo: string
  defaultInferenceGeo: string
  /** `unrestricted`, or a JSON list. */
  allowedInferenceGeos: string
  externalKeyId: string | null
  userProfileId: string | null
  createdAt: number
  archivedAt: number | null
}

export const WORKSPACES: TableShape<WorkspacesTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    name: 'text',
    displayColor: 'text',
    isDefault: 'integer',
    compartmentId: 'text',
    tags: 'text',
    workspaceGeo: 'text',
    defaultInferenceGeo: 'text',
    allowedInferenceGeos: 'text',
    externalKeyId: 'text',
    userProfileId: 'text',
    createdAt: 'integer',
    archivedAt: 'integer',
  },
}
