import type { TableShape } from './table-shape.ts'

export interface SkillVersionsTable {
  id: string
  skillId: string
  /** The creation time in microseconds, by which the beta's API addresses a version. */
  version: string
  name: string
  description: string
  directory: string
  blobId: string
  sizeBytes: number
  createdAt: number
  /** SKILL.md without its front matter. */
  instructions: string
}

export const SKILL_VERSIONS: TableShape<SkillVersionsTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    skillId: 'text',
    version: 'text',
    name: 'text',
    description: 'text',
    directory: 'text',
    blobId: 'text',
    sizeBytes: 'integer',
    createdAt: 'integer',
    instructions: 'text',
  },
}
