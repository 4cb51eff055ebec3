import type { TableShape } from './table-shape.ts'

export interface SkillsTable {
  id: string
  workspaceId: string
  /** The name in the front matter, the same in every version. */
  name: string
  displayName: string
  source: string
  latestVersionId: string
  createdAt: number
  updatedAt: number
}

export const SKILLS: TableShape<SkillsTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    workspaceId: 'text',
    name: 'text',
    displayName: 'text',
    source: 'text',
    latestVersionId: 'text',
    createdAt: 'integer',
    updatedAt: 'integer',
  },
}
