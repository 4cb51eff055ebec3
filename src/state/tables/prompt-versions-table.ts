import type { TableShape } from './table-shape.ts'

export interface PromptVersionsTable {
  promptId: string
  number: number
  body: string
  note: string
  createdBy: string | null
  createdAt: number
}

export const PROMPT_VERSIONS: TableShape<PromptVersionsTable> = {
  key: ['promptId', 'number'],
  columns: {
    promptId: 'text',
    number: 'integer',
    body: 'text',
    note: 'text',
    createdBy: 'text',
    createdAt: 'integer',
  },
  hasLargeRows: true,
}
