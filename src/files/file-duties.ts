import { sql } from 'kysely'
import { deleteRows } from '../state/delete-rows.ts'
import type { Files } from './file.ts'
import { removeUnusedBlob, sweepBlobs } from './stored-blobs.ts'
import { subtractStoredBytes } from './stored-bytes.ts'

/** How long what is known of a file can be read after its time is over. @see the API's reference, "Files": expiration */
export const EXPIRED_TTL_MS = 30 * 24 * 60 * 60_000
/** Files that are looked at in one round; the others have their turn in the next. */
const ROUND_FILES = 200

/** Does what is due: removes the bytes of files that expire, later what is known of them, and bytes without a file. */
export async function maintainFiles(files: Files, signal?: AbortSignal): Promise<void> {
  await expireFiles(files, signal)
  const oldest = files.nowMs() - EXPIRED_TTL_MS
  const isOver = sql<boolean>`deleted_at is not null and expires_at <= ${oldest}`
  await deleteRows(files.state.relaxed, 'files', isOver, signal)
  await sweepBlobs(files, signal)
}

async function expireFiles(files: Files, signal: AbortSignal | undefined): Promise<void> {
  const { state, nowMs } = files
  const now = nowMs()
  const expired = await state.relaxed
    .selectFrom('files')
    .select('id')
    .where(sql<boolean>`expires_at is not null and expires_at <= ${now} and deleted_at is null`)
    .orderBy('expiresAt')
    .limit(ROUND_FILES)
    .execute()
  for (const { id } of expired) {
    if (signal?.aborted === true) return
    const sha256 = await state.db.transaction().execute(async (transaction) => {
      const row = await transaction
        .updateTable('files')
        .set({ deletedAt: now })
        .where('id', '=', id)
        .where('deletedAt', 'is', null)
        .returning(['sha256', 'sizeBytes'])
        .executeTakeFirst()
      if (row !== undefined) await subtractStoredBytes(transaction, row.sizeBytes)
      return row?.sha256
    })
    if (sha256 !== undefined) await removeUnusedBlob(files, sha256)
  }
}
