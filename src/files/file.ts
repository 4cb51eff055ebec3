import type { Kysely } from 'kysely'
import { CompletionError } from '../completion/completion-error.ts'
import type { Database } from '../state/database.ts'
import { type Page, type PageRequest, pageCursor, readPage, readPageCursor } from '../state/page.ts'
import { storableText } from '../state/storable-text.ts'
import type { FilesTable } from '../state/tables/files-table.ts'
import { randomBase58 } from '../util/base58.ts'
import type { BlobDigest, NewBlob } from './blob-store.ts'
import { type Blobs, keepBlob, removeUnusedBlob } from './stored-blobs.ts'
import { addStoredBytes, subtractStoredBytes } from './stored-bytes.ts'

export type { PageRequest } from '../state/page.ts'

/** Where files are kept, and how many. */
export interface Files extends Blobs {
  readonly maxTotalBytes: number
}

const COLUMNS = [
  'id',
  'filename',
  'mimeType',
  'sizeBytes',
  'sha256',
  'isDownloadable',
  'createdAt',
  'expiresAt',
] as const satisfies readonly (keyof FilesTable)[]

/** A file that a client has uploaded. It never changes. */
export type StoredFile = Readonly<Pick<FilesTable, (typeof COLUMNS)[number]>>

/** What is known of a file when it is uploaded. */
export interface NewFile {
  readonly workspaceId: string
  readonly createdBy: string | null
  readonly filename: string
  readonly mimeType: string
  /** How long it is kept; null for ever. */
  readonly ttlMs: number | null
}

/** Most files that one request of a list can name. */
export const MAX_LISTED_IDS = 100

/**
 * Stores a file whose bytes have ended.
 *
 * @returns null where there is no more room for files: nothing is stored then
 */
export async function storeFile(
  files: Files,
  { workspaceId, createdBy, filename, mimeType, ttlMs }: NewFile,
  blob: NewBlob,
  digest: BlobDigest,
): Promise<StoredFile | null> {
  const createdAt = files.nowMs()
  const file: StoredFile = {
    id: `file_01${randomBase58(22)}`,
    filename: storableText(filename),
    mimeType: storableText(mimeType),
    ...digest,
    isDownloadable: 0,
    createdAt,
    expiresAt: ttlMs === null ? null : createdAt + ttlMs,
  }
  try {
    await keepBlob(files, blob, digest, async (transaction) => {
      const fits = await addStoredBytes(transaction, digest.sizeBytes, files.maxTotalBytes)
      if (!fits) throw new StorageFullError()
      await transaction
        .insertInto('files')
        .values({ ...file, workspaceId, createdBy, deletedAt: null })
        .execute()
    })
    return file
  } catch (error) {
    if (error instanceof StorageFullError) return null
    throw error
  }
}

/** Rolls a transaction back. */
class StorageFullError extends Error {}

/** One page of a workspace's files, the newest first. An unknown cursor is the first page. */
export function listFiles(
  { state: { db } }: Files,
  workspaceId: string,
  request: PageRequest,
): Promise<Page<StoredFile>> {
  const placeOf = (id: string) =>
    db
      .selectFrom('files')
      .select(['createdAt as at', 'id'])
      .where('id', '=', storableText(id))
      .where('workspaceId', '=', workspaceId)
      .executeTakeFirst()
  return readPage(filesOf(db, workspaceId), { ...PAGED, placeOf }, request)
}

/**
 * The same where pages have cursors of their own.
 *
 * @throws CompletionError `invalid-request` for a cursor that is none, unless any is accepted
 */
export async function listFilesByCursor(
  { state: { db } }: Files,
  workspaceId: string,
  { limit, page, acceptsAnyCursor }: { limit: number; page?: string | undefined; acceptsAnyCursor: boolean },
): Promise<Page<StoredFile> & { readonly nextPage: string | null }> {
  async function placeOf(cursor: string) {
    const place = readPageCursor(cursor)
    if (place !== undefined || acceptsAnyCursor) return place
    throw new CompletionError('invalid-request', 'The page parameter is not a valid cursor for this request.')
  }
  const found = await readPage(filesOf(db, workspaceId), { ...PAGED, placeOf }, { limit, afterId: page })
  const last = found.rows.at(-1)
  const hasNext = found.hasMore && last !== undefined
  return { ...found, nextPage: hasNext ? pageCursor({ at: last.createdAt, id: last.id }) : null }
}

/** The files of a workspace that have one of these ids, the newest first. */
export async function findFiles(
  { state: { db } }: Files,
  workspaceId: string,
  ids: readonly string[],
): Promise<readonly StoredFile[]> {
  if (ids.length === 0) return []
  return filesOf(db, workspaceId)
    .where('id', 'in', ids.map(storableText))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

/** A file of a workspace; undefined if it has none with that id. */
export function readFile(
  { state: { db } }: Pick<Files, 'state'>,
  workspaceId: string,
  id: string,
): Promise<StoredFile | undefined> {
  return filesOf(db, workspaceId).where('id', '=', storableText(id)).executeTakeFirst()
}

/** Whether a file's time is over: its bytes are gone or will be, what is known of it can still be read. */
export function hasExpired({ expiresAt }: StoredFile, { nowMs }: Pick<Files, 'nowMs'>): boolean {
  return expiresAt !== null && expiresAt <= nowMs()
}

/** Removes a file of a workspace at once. Returns false if it has none with that id. */
export async function deleteFile(files: Files, workspaceId: string, id: string): Promise<boolean> {
  const deleted = await files.state.db.transaction().execute(async (transaction) => {
    const row = await transaction
      .deleteFrom('files')
      .where('id', '=', storableText(id))
      .where('workspaceId', '=', workspaceId)
      .returning(['sha256', 'sizeBytes', 'deletedAt'])
      .executeTakeFirst()
    // The bytes of one that has expired were taken off before.
    if (row !== undefined && row.deletedAt === null) await subtractStoredBytes(transaction, row.sizeBytes)
    return row
  })
  if (deleted === undefined) return false
  // What cannot be removed now is removed later.
  await removeUnusedBlob(files, deleted.sha256).catch(() => undefined)
  return true
}

const PAGED = { at: 'files.createdAt', id: 'files.id' }

function filesOf(db: Kysely<Database>, workspaceId: string) {
  return db.selectFrom('files').select(COLUMNS).where('workspaceId', '=', workspaceId)
}
