import type { StoredFile } from '../../files/file.ts'
import { timeBody, timeBodyOrNull } from '../admin/list-body.ts'

/** How files are shown: as now, or as the beta `files-api-2025-04-14` did. */
export type FileShape = 'current' | 'beta'

/** What a file is shown with. */
export interface FileBodyOptions {
  readonly shape: FileShape
  /** Whether uploaded files can be downloaded. */
  readonly allowDownloads: boolean
}

/** @see the API's reference, "Get file metadata" */
export function fileBody(file: StoredFile, { shape, allowDownloads }: FileBodyOptions): object {
  return {
    id: file.id,
    type: 'file',
    filename: file.filename,
    mime_type: file.mimeType,
    size_bytes: file.sizeBytes,
    created_at: timeBody(file.createdAt),
    downloadable: allowDownloads || file.isDownloadable === 1,
    // Files of sessions are of a service that this server does not have.
    ...(shape === 'beta' ? { scope: null } : { expires_at: timeBodyOrNull(file.expiresAt) }),
  }
}

/** @see the API's reference, "Delete file" */
export function fileDeletedBody(id: string): object {
  return { id, type: 'file_deleted' }
}
