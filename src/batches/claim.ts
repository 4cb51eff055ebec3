import { type Kysely, sql } from 'kysely'
import type { Database } from '../state/database.ts'
import type { BatchRequestsTable } from '../state/tables/batch-requests-table.ts'
import type { MessageBatchesTable } from '../state/tables/message-batches-table.ts'
import { IS_RUNNING, IS_WAITING } from './close-waiting.ts'
import type { Batches } from './message-batch.ts'

/** How long a request belongs to an instance after the last renewal. */
export const REQUEST_LEASE_MS = 20_000

/** How much of a batch is claimed at once. */
export interface ClaimBounds {
  readonly maxRequests: number
  /** Of their `params` together. */
  readonly maxBytes: number
}

/** A request that an instance works on. Its result counts as long as `lease` is still the row's. */
export interface ClaimedRequest
  extends Readonly<Pick<BatchRequestsTable, 'batchId' | 'position' | 'params' | 'attempts'>>,
    Readonly<
      Pick<MessageBatchesTable, 'workspaceId' | 'apiKeyId' | 'actorId' | 'betas' | 'version' | 'path'>
    > {
  readonly lease: string
}

/** Also of batches that have ended: who sends many small batches has no more turns than others. */
const LAST_CLAIM_OF_WORKSPACE = sql`coalesce((select max(others.claimed_at) from message_batches as others
  where others.workspace_id = message_batches.workspace_id), 0)`

/**
 * Takes some waiting requests of the workspace that was least recently taken from, and of its batches of the one of which
 * that is true; none if none wait, or if the first of them is larger than `maxBytes`.
 */
export function claimRequests(
  { state, nowMs }: Batches,
  lease: string,
  bounds: ClaimBounds,
): Promise<readonly ClaimedRequest[]> {
  const atMs = nowMs()
  return state.relaxed.transaction().execute(async (transaction) => {
    let oldest = transaction
      .selectFrom('messageBatches')
      .select('id')
      .where(sql<boolean>`state = 'running'`)
      .where('expiresAt', '>', atMs)
      .where(
        sql<boolean>`exists (select 1 from batch_requests
          where batch_id = message_batches.id and batch_requests.state = 'waiting')`,
      )
      .orderBy(LAST_CLAIM_OF_WORKSPACE)
      .orderBy(sql`coalesce(claimed_at, 0)`)
      .orderBy('createdAt')
      .limit(1)
    if (state.kind === 'postgres') oldest = oldest.forUpdate()
    const batch = await transaction
      .updateTable('messageBatches')
      .set({ claimedAt: atMs })
      .where('id', '=', oldest)
      .where('state', '=', 'running')
      .returning(['id', 'workspaceId', 'apiKeyId', 'actorId', 'betas', 'version', 'path'])
      .executeTakeFirst()
    if (batch === undefined) return []
    const { id, ...sender } = batch
    const positions = await nextPositions(transaction, id, bounds)
    if (positions.length === 0) return []
    const rows = await transaction
      .updateTable('batchRequests')
      .set({
        state: 'running',
        lease,
        leasedUntil: atMs + REQUEST_LEASE_MS,
        attempts: sql<number>`attempts + 1`,
      })
      .where('batchId', '=', id)
      .where('position', 'in', positions)
      .where(IS_WAITING)
      .returning(['batchId', 'position', 'params', 'attempts'])
      .execute()
    return rows.map((row) => ({ ...row, ...sender, lease }))
  })
}

/** The first waiting requests of a batch that is locked, as far as they fit. */
async function nextPositions(
  transaction: Kysely<Database>,
  batchId: string,
  { maxRequests, maxBytes }: ClaimBounds,
): Promise<number[]> {
  const waiting = await transaction
    .selectFrom('batchRequests')
    .select(['position', sql<number>`length(params)`.as('bytes')])
    .where('batchId', '=', batchId)
    .where(IS_WAITING)
    .orderBy('position')
    .limit(maxRequests)
    .execute()
  let bytes = 0
  const tooMany = waiting.findIndex((request) => {
    bytes += request.bytes
    return bytes > maxBytes
  })
  return waiting.slice(0, tooMany < 0 ? waiting.length : tooMany).map(({ position }) => position)
}

/** Keeps requests for as long again. */
export async function renewLeases({ state, nowMs }: Batches, leases: readonly string[]): Promise<void> {
  if (leases.length === 0) return
  await state.relaxed
    .updateTable('batchRequests')
    .set({ leasedUntil: nowMs() + REQUEST_LEASE_MS })
    .where(IS_RUNNING)
    .where('lease', 'in', leases)
    .execute()
}

/** Gives a request back, to be tried again. `counts` tells whether this try is one of the few that it has. */
export async function putBack(
  { state }: Batches,
  { batchId, position, lease }: Pick<ClaimedRequest, 'batchId' | 'position' | 'lease'>,
  { counts }: { readonly counts: boolean },
): Promise<void> {
  await state.relaxed
    .updateTable('batchRequests')
    .set({
      state: 'waiting',
      lease: null,
      leasedUntil: null,
      attempts: sql<number>`attempts - ${sql.lit(counts ? 0 : 1)}`,
    })
    .where('batchId', '=', batchId)
    .where('position', '=', position)
    .where('lease', '=', lease)
    .where(IS_RUNNING)
    .execute()
}

/** Takes requests from instances that no longer renew them. */
export async function takeBackLapsed({ state, nowMs }: Batches): Promise<void> {
  await state.relaxed
    .updateTable('batchRequests')
    .set({ state: 'waiting', lease: null, leasedUntil: null })
    .where(IS_RUNNING)
    .where('leasedUntil', '<', nowMs())
    .execute()
}
