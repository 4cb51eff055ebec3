import type { TableShape } from './table-shape.ts'

export interface PromptsTable {
  id: string
  workspaceId: string
  name: string
  createdBy: string | null
  createdAt: number
  updatedAt: number
}

export const PROMPTS: TableShape<PromptsTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    workspaceId: 'text',
    name: 'text',
    createdBy: 'text',
    createdAt: 'integer',
    updatedAt: 'integer',
  },
}
