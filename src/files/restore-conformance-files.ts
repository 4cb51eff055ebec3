import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Files } from './file.ts'
import { keepBlob } from './stored-blobs.ts'
import { addStoredBytes } from './stored-bytes.ts'

const CONTENT = Buffer.from('A file of the test suites.')

/** Puts the files back that test suites take for granted. */
export async function restoreConformanceFiles(files: Files, ids: readonly string[]): Promise<void> {
  const missing = await missingIds(files, ids)
  for (const id of missing) {
    const blob = await files.store.create()
    try {
      await blob.write(CONTENT)
      const digest = await blob.end()
      await keepBlob(files, blob, digest, async (transaction) => {
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto('files')
          .values({
            ...{ id, workspaceId: DEFAULT_WORKSPACE_ID, filename: 'file.txt', mimeType: 'text/plain' },
            ...{ ...digest, isDownloadable: 1 as const, createdBy: null, createdAt: files.nowMs() },
            ...{ expiresAt: null, deletedAt: null },
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow()
        if (numInsertedOrUpdatedRows !== 0n)
          await addStoredBytes(transaction, digest.sizeBytes, Number.MAX_SAFE_INTEGER)
      })
    } finally {
      await blob.discard()
    }
  }
}

async function missingIds({ state }: Files, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return ids
  const rows = await state.db.selectFrom('files').select('id').where('id', 'in', ids).execute()
  const found = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => !found.has(id))
}
