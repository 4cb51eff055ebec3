import { type RawBuilder, sql } from 'kysely'
import { deleteRows } from '../state/delete-rows.ts'
import { takeBackLapsed } from './claim.ts'
import { closeWaiting } from './close-waiting.ts'
import type { Batches } from './message-batch.ts'

/** How long results are kept after the batch was created. @see the API's reference, "Message Batches": 29 days */
export const RESULTS_TTL_MS = 29 * 24 * 60 * 60_000
/** A batch that was not received in this time never will be: its sender, or the instance, is gone. */
const RECEIVING_TTL_MS = 2 * 60 * 60_000
/** Batches that are looked at in one round; the others have their turn in the next. */
const ROUND_BATCHES = 100

/** Does what is due: takes requests back from dead instances, ends batches, and removes what is no longer kept. */
export async function maintainBatches(batches: Batches, signal?: AbortSignal): Promise<void> {
  const now = batches.nowMs()
  await takeBackLapsed(batches)
  await closeDue(batches, 'canceled', sql<boolean>`state = 'canceling' and expires_at > ${now}`, signal)
  await closeDue(
    batches,
    'expired',
    sql<boolean>`state in ('running', 'canceling') and expires_at <= ${now}`,
    signal,
  )
  await archiveOld(batches, signal)
  await removeGone(batches, signal)
}

/** Ends the waiting requests of batches that begin no more of them. */
async function closeDue(
  batches: Batches,
  ending: 'canceled' | 'expired',
  isDue: RawBuilder<boolean>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { state, nowMs } = batches
  const hasWaiting = sql<boolean>`exists (select 1 from batch_requests
    where batch_id = message_batches.id and batch_requests.state = 'waiting')`
  for (const id of await findBatches(batches, sql<boolean>`${isDue} and ${hasWaiting}`)) {
    if (signal?.aborted === true) return
    await state.db.transaction().execute(async (transaction) => {
      // Locks it before its requests.
      const { numUpdatedRows } = await transaction
        .updateTable('messageBatches')
        .set({ claimedAt: sql<number>`claimed_at` })
        .where('id', '=', id)
        .where('state', '!=', 'ended')
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 1n) await closeWaiting(transaction, id, ending, nowMs())
    })
  }
}

/** Removes the requests and results of old batches, which can still be read themselves. */
async function archiveOld(batches: Batches, signal: AbortSignal | undefined): Promise<void> {
  const { state, nowMs } = batches
  const oldest = nowMs() - RESULTS_TTL_MS
  const isOld = sql<boolean>`state = 'ended' and archived_at is null and created_at <= ${oldest}`
  for (const id of await findBatches(batches, isOld)) {
    // First, so that no one begins to read what is being removed.
    await state.relaxed
      .updateTable('messageBatches')
      .set({ archivedAt: nowMs() })
      .where('id', '=', id)
      .execute()
    await deleteRows(state.relaxed, 'batchRequests', sql<boolean>`batch_id = ${id}`, signal)
  }
}

/** Removes batches that were deleted, and those that were never received whole. */
async function removeGone(batches: Batches, signal: AbortSignal | undefined): Promise<void> {
  const { state, nowMs } = batches
  const oldest = nowMs() - RECEIVING_TTL_MS
  const isGone = sql<boolean>`deleted_at is not null or (state = 'creating' and created_at <= ${oldest})`
  for (const id of await findBatches(batches, isGone)) {
    // A batch that was received at this moment after all stays.
    const condition = sql<boolean>`batch_id = ${id} and exists (select 1 from message_batches
      where message_batches.id = ${id} and (${isGone}))`
    await deleteRows(state.relaxed, 'batchRequests', condition, signal)
    if (signal?.aborted === true) return
    await state.relaxed.deleteFrom('messageBatches').where('id', '=', id).where(isGone).execute()
  }
}

async function findBatches({ state }: Batches, condition: RawBuilder<boolean>): Promise<string[]> {
  const rows = await state.relaxed
    .selectFrom('messageBatches')
    .select('id')
    .where(condition)
    .orderBy('createdAt')
    .limit(ROUND_BATCHES)
    .execute()
  return rows.map(({ id }) => id)
}
