import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import { insertRequests } from '../usage/insert-requests.ts'
import type { ClaimedRequest } from './claim.ts'
import { countEnded, IS_RUNNING } from './close-waiting.ts'
import type { Batches } from './message-batch.ts'

/** What became of a request. */
export interface RequestResult {
  readonly ending: 'succeeded' | 'errored'
  /** The member `result` of its line, as JSON. */
  readonly json: Uint8Array
  /** What it used, as a line of the journal; null if it never came to be served. */
  readonly usageLine: string | null
}

/** A request that has ended. */
export interface FinishedRequest extends RequestResult {
  readonly claim: ClaimedRequest
}

/**
 * Stores results, each with its usage, in one transaction. A result whose lease has passed to another instance is thrown
 * away with its usage: so there is one of each, however often a request was tried.
 *
 * @returns how many were stored
 */
export function storeResults(
  { state, nowMs }: Batches,
  finished: readonly FinishedRequest[],
): Promise<number> {
  const sorted = [...finished].sort(
    ({ claim: a }, { claim: b }) =>
      (a.batchId < b.batchId ? -1 : a.batchId > b.batchId ? 1 : 0) || a.position - b.position,
  )
  const batchIds = [...new Set(sorted.map(({ claim }) => claim.batchId))]
  const atMs = nowMs()
  return state.db.transaction().execute(async (transaction) => {
    if (state.kind === 'postgres') {
      await transaction
        .selectFrom('messageBatches')
        .select('id')
        .where('id', 'in', batchIds)
        .orderBy('id')
        .forUpdate()
        .execute()
    }
    const stored: FinishedRequest[] = []
    for (const one of sorted) if (await storeOne(transaction, one)) stored.push(one)
    const lines = stored.flatMap(({ usageLine }) => usageLine ?? [])
    if (lines.length > 0) await insertRequests(transaction, state.kind, `[${lines.join(',')}]`)
    for (const batchId of batchIds) {
      const own = stored.filter(({ claim }) => claim.batchId === batchId)
      const succeeded = own.filter(({ ending }) => ending === 'succeeded').length
      if (own.length === 0) continue
      await countEnded(transaction, batchId, { succeeded, errored: own.length - succeeded }, atMs)
    }
    return stored.length
  })
}

async function storeOne(
  transaction: Kysely<Database>,
  { claim: { batchId, position, lease }, ending, json }: FinishedRequest,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('batchRequests')
    .set({ state: ending, result: json, lease: null, leasedUntil: null })
    .where('batchId', '=', batchId)
    .where('position', '=', position)
    .where('lease', '=', lease)
    .where(IS_RUNNING)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}
