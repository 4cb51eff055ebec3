import { type Kysely, sql } from 'kysely'
import type { Database } from '../state/database.ts'

/** How many requests of a batch have ended in which way. */
export interface EndedRequests {
  readonly succeeded: number
  readonly errored: number
  readonly canceled: number
  readonly expired: number
}

const NONE_ENDED: EndedRequests = { succeeded: 0, errored: 0, canceled: 0, expired: 0 }

/** The condition of requests that no instance works on. Written out, since both databases have an index for it. */
export const IS_WAITING = sql<boolean>`state = 'waiting'`
/** The same for those that one works on. */
export const IS_RUNNING = sql<boolean>`state = 'running'`

/**
 * Ends the requests of a batch that have not begun. The caller has locked the batch: every change of requests locks their
 * batch first, so that two never wait for each other.
 */
export async function closeWaiting(
  transaction: Kysely<Database>,
  batchId: string,
  ending: 'canceled' | 'expired',
  atMs: number,
): Promise<void> {
  const { numUpdatedRows } = await transaction
    .updateTable('batchRequests')
    .set({ state: ending })
    .where('batchId', '=', batchId)
    .where(IS_WAITING)
    .executeTakeFirstOrThrow()
  await countEnded(transaction, batchId, { [ending]: Number(numUpdatedRows) }, atMs)
}

/** Counts requests that have ended, and ends the batch with its last one. */
export async function countEnded(
  transaction: Kysely<Database>,
  batchId: string,
  ended: Partial<EndedRequests>,
  atMs: number,
): Promise<void> {
  const { succeeded, errored, canceled, expired } = { ...NONE_ENDED, ...ended }
  const count = succeeded + errored + canceled + expired
  const isLast = sql<boolean>`remaining = ${sql.lit(count)}`
  await transaction
    .updateTable('messageBatches')
    .set({
      remaining: sql<number>`remaining - ${sql.lit(count)}`,
      succeeded: sql<number>`succeeded + ${sql.lit(succeeded)}`,
      errored: sql<number>`errored + ${sql.lit(errored)}`,
      canceled: sql<number>`canceled + ${sql.lit(canceled)}`,
      expired: sql<number>`expired + ${sql.lit(expired)}`,
      state: sql<'ended'>`case when ${isLast} then 'ended' else state end`,
      endedAt: sql<number | null>`case when ${isLast} then ${sql.lit(atMs)} else ended_at end`,
    })
    .where('id', '=', batchId)
    .where('state', '!=', 'ended')
    .execute()
}
