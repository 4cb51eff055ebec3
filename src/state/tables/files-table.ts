import type { TableShape } from './table-shape.ts'

export interface FilesTable {
  id: string
  workspaceId: string
  filename: string
  mimeType: string
  sizeBytes: number
  sha256: string
  isDownloadable: 0 | 1
  createdBy: string | null
  createdAt: number
  expiresAt: number | null
  deletedAt: number | null
}

export const FILES: TableShape<FilesTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    workspaceId: 'text',
    filename: 'text',
    mimeType: 'text',
    sizeBytes: 'integer',
    sha256: 'text',
    isDownloadable: 'integer',
    createdBy: 'text',
    createdAt: 'integer',
    expiresAt: 'integer',
    deletedAt: 'integer',
  },
}
