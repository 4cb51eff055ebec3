import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import { type Page, type PageRequest, readPage } from '../state/page.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { MessageBatchesTable } from '../state/tables/message-batches-table.ts'
import { closeWaiting } from './close-waiting.ts'

export type { PageRequest } from '../state/page.ts'

/** Where batches are kept, and the database's clock. */
export interface Batches {
  readonly state: State
  readonly nowMs: () => number
}

const COLUMNS = [
  'id',
  'state',
  'createdAt',
  'expiresAt',
  'cancelInitiatedAt',
  'endedAt',
  'archivedAt',
  'total',
  'remaining',
  'succeeded',
  'errored',
  'canceled',
  'expired',
] as const satisfies readonly (keyof MessageBatchesTable)[]

/** Many requests that were sent as one. */
export type MessageBatch = Readonly<Pick<MessageBatchesTable, (typeof COLUMNS)[number]>>

/** One page of a workspace's batches, the newest first. One that is still being received is not listed. */
export function listBatches(
  { state: { db } }: Batches,
  workspaceId: string,
  request: PageRequest,
): Promise<Page<MessageBatch>> {
  return readPage(
    visibleBatches(db, workspaceId),
    {
      at: 'messageBatches.createdAt',
      id: 'messageBatches.id',
      placeOf: (id) =>
        db
          .selectFrom('messageBatches')
          .select(['createdAt as at', 'id'])
          .where('id', '=', storableText(id))
          .where('workspaceId', '=', workspaceId)
          .executeTakeFirst(),
    },
    request,
  )
}

/** A batch of a workspace; undefined if it has none with that id. */
export function readBatch(
  { state: { db } }: Batches,
  workspaceId: string,
  id: string,
): Promise<MessageBatch | undefined> {
  return visibleBatches(db, workspaceId).where('id', '=', storableText(id)).executeTakeFirst()
}

/** Ends what has not begun; requests that run may finish. Of a batch that has ended nothing changes. */
export function cancelBatch(
  { state: { db }, nowMs }: Batches,
  workspaceId: string,
  id: string,
): Promise<MessageBatch | undefined> {
  const atMs = nowMs()
  return db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('messageBatches')
      .set({ state: 'canceling', cancelInitiatedAt: atMs })
      .where('id', '=', storableText(id))
      .where('workspaceId', '=', workspaceId)
      .where('state', '=', 'running')
      .where('deletedAt', 'is', null)
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 1n) await closeWaiting(transaction, id, 'canceled', atMs)
    return visibleBatches(transaction, workspaceId).where('id', '=', storableText(id)).executeTakeFirst()
  })
}

/** Deletes a batch that has ended; its requests are removed later. Returns false for one that is still processed. */
export async function deleteBatch(
  { state: { db }, nowMs }: Batches,
  workspaceId: string,
  id: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('messageBatches')
    .set({ deletedAt: nowMs() })
    .where('id', '=', storableText(id))
    .where('workspaceId', '=', workspaceId)
    .where('state', '=', 'ended')
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

function visibleBatches(db: Kysely<Database>, workspaceId: string) {
  return db
    .selectFrom('messageBatches')
    .select(COLUMNS)
    .where('workspaceId', '=', workspaceId)
    .where('deletedAt', 'is', null)
    .where('state', '!=', 'creating')
}
