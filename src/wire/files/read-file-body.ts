/** A file as its client reads it. */
export interface ShownFile {
  readonly id: string
  readonly filename: string
  readonly mediaType: string
  readonly sizeBytes: number
  readonly createdAt: string
  readonly expiresAt: string | null
}

/** The JSON of a file, in the current shape. */
export interface FileJson {
  readonly id: string
  readonly filename: string
  readonly mime_type: string
  readonly size_bytes: number
  readonly created_at: string
  readonly expires_at?: string | null
}

/** Reads a file that a server has sent. */
export function readFileBody(json: unknown): ShownFile {
  const file = json as FileJson
  return {
    id: file.id,
    filename: file.filename,
    mediaType: file.mime_type,
    sizeBytes: file.size_bytes,
    createdAt: file.created_at,
    expiresAt: file.expires_at ?? null,
  }
}

/** Reads a page of a list. */
export function readFileListBody(json: unknown): {
  readonly files: readonly object[]
  readonly nextPage: string | null
} {
  const list = json as { readonly data: readonly object[]; readonly next_page?: string | null }
  return { files: list.data, nextPage: list.next_page ?? null }
}
