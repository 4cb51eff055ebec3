import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Batches } from './message-batch.ts'
import { BATCH_TTL_MS } from './new-batch.ts'

/** Puts the batches back that test suites take for granted: each has ended, without requests. */
export async function restoreConformanceBatches(
  { state: { db }, nowMs }: Batches,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  const atMs = nowMs()
  const row = {
    workspaceId: DEFAULT_WORKSPACE_ID,
    ...{ apiKeyId: '', actorId: '', betas: '', version: '2023-06-01', path: '/v1/messages' as const },
    state: 'ended' as const,
    createdAt: atMs,
    expiresAt: atMs + BATCH_TTL_MS,
    endedAt: atMs,
    ...{ cancelInitiatedAt: null, archivedAt: null, deletedAt: null, claimedAt: null },
    ...{ total: 0, remaining: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
  }
  await db
    .insertInto('messageBatches')
    .values(ids.map((id) => ({ ...row, id })))
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...row }))
    .execute()
}
