import { type Kysely, sql } from 'kysely'
import type { Database } from '../state/database.ts'
import type { State } from '../state/state.ts'
import type { BlobDigest, BlobStore, NewBlob } from './blob-store.ts'

/** How long bytes may be without a row that needs them before they are removed: an instance may be storing them. */
export const UNUSED_BLOB_TTL_MS = 60 * 60_000
/** Blobs that are looked at in one round; the others have their turn in the next. */
const ROUND_BLOBS = 200

/** Where blobs are, and the rows that need them. */
export interface Blobs {
  readonly state: State
  readonly store: BlobStore
  readonly nowMs: () => number
}

/**
 * Stores bytes that have ended, together with the row that needs them: both, or neither. Others that store or remove
 * the same bytes wait.
 *
 * @param keep writes the row, whose column is one of those that {@link removeUnusedBlob} knows
 */
export async function keepBlob<Result>(
  blobs: Blobs,
  blob: NewBlob,
  digest: BlobDigest,
  keep: (transaction: Kysely<Database>) => Promise<Result>,
): Promise<Result> {
  const { state, nowMs } = blobs
  const touch = (db: Kysely<Database>) =>
    db
      .insertInto('blobs')
      .values({ ...digest, touchedAt: nowMs() })
      .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ touchedAt: nowMs() }))
      .execute()
  // If this process ends between the bytes and their row, the bytes are found by this one.
  await touch(state.db)
  try {
    await blob.stage()
    return await state.db.transaction().execute(async (transaction) => {
      // Locks it: an instance that removes the same bytes waits, and sees the row then.
      await touch(transaction)
      const kept = await keep(transaction)
      await blob.publish()
      return kept
    })
  } catch (error) {
    // What was staged is found later where it cannot be removed now.
    await removeUnusedBlob(blobs, digest.sha256).catch(() => undefined)
    throw error
  }
}

/** Removes bytes that no row needs. Returns whether there were such. */
export async function removeUnusedBlob({ state, store }: Blobs, sha256: string): Promise<boolean> {
  return await state.db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('blobs')
      // A write, since both databases lock the row for it.
      .set({ sizeBytes: sql<number>`size_bytes` })
      .where('sha256', '=', sha256)
      .executeTakeFirstOrThrow()
    // A statement of its own: it must see what was committed while the first one waited.
    if (numUpdatedRows === 0n || (await isUsed(transaction, sha256))) return false
    await transaction.deleteFrom('blobs').where('sha256', '=', sha256).execute()
    await store.remove(sha256)
    return true
  })
}

/** Removes bytes that have had no row for long: what was left where a process ended in the middle. */
export async function sweepBlobs(blobs: Blobs, signal?: AbortSignal): Promise<void> {
  const { state, nowMs } = blobs
  const rows = await state.relaxed
    .selectFrom('blobs')
    .select('sha256')
    .where('touchedAt', '<=', nowMs() - UNUSED_BLOB_TTL_MS)
    .where(sql<boolean>`not ${isNeeded(sql`blobs.sha256`)}`)
    .orderBy('touchedAt')
    .limit(ROUND_BLOBS)
    .execute()
  for (const { sha256 } of rows) {
    if (signal?.aborted === true) return
    await removeUnusedBlob(blobs, sha256)
  }
}

async function isUsed(db: Kysely<Database>, sha256: string): Promise<boolean> {
  const row = await db
    .selectFrom('blobs')
    .select(isNeeded(sql`${sha256}`).as('used'))
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  return Boolean(row?.used)
}

/** Every column that names a blob. */
function isNeeded(sha256: ReturnType<typeof sql>) {
  return sql<boolean>`(exists (select 1 from files where files.sha256 = ${sha256} and deleted_at is null)
    or exists (select 1 from skill_versions where blob_id = ${sha256}))`
}
