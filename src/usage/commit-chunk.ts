import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import type { State } from '../state/state.ts'
import { insertRequests } from './insert-requests.ts'
import type { JournalChunk } from './journal-reader.ts'

/**
 * Writes a chunk's rows, their sums and the new position of its segment in one transaction, so that a row is counted
 * once however often its writer dies. Returns false, and writes nothing, when the segment stands at another position:
 * somebody else has taken the chunk over.
 */
export async function commitChunk(state: State, segment: string, chunk: JournalChunk): Promise<boolean> {
  return await state.relaxed.transaction().execute(async (transaction) => {
    if (!(await movePosition(transaction, segment, chunk, state))) return false
    if (chunk.text !== '') {
      // The event loop looks into no line: the database does.
      await insertRequests(transaction, state.kind, `[${chunk.text.replaceAll('\n', ',')}]`)
    }
    return true
  })
}

/** How much of each segment is in the tables; one that is wholly there has the position `ended`. */
export async function readPositions(
  { db }: State,
  segments: readonly string[],
): Promise<Map<string, { readonly bytes: number; readonly isEnded: boolean }>> {
  if (segments.length === 0) return new Map()
  const rows = await db
    .selectFrom('journalPositions')
    .select(['segment', 'committedBytes', 'isEnded'])
    .where('segment', 'in', segments)
    .execute()
  return new Map(
    rows.map(({ segment, committedBytes, isEnded }) => [
      segment,
      { bytes: committedBytes, isEnded: isEnded === 1 },
    ]),
  )
}

/**
 * Notes that a segment is wholly in the tables. When this returns, that is on the database's disk, and with it everything
 * that was committed before: the file may go.
 */
export async function commitEnd({ db, nowMs }: State, segment: string): Promise<void> {
  await db
    .insertInto('journalPositions')
    .values({ segment, committedBytes: 0, isEnded: 1, changedAt: nowMs })
    .onConflict((conflict) => conflict.column('segment').doUpdateSet({ isEnded: 1, changedAt: nowMs }))
    .execute()
}

async function movePosition(
  transaction: Kysely<Database>,
  segment: string,
  { start, end }: JournalChunk,
  { nowMs }: State,
): Promise<boolean> {
  if (start === 0) {
    await transaction
      .insertInto('journalPositions')
      .values({ segment, committedBytes: 0, isEnded: 0, changedAt: nowMs })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  const { numUpdatedRows } = await transaction
    .updateTable('journalPositions')
    .set({ committedBytes: end, changedAt: nowMs })
    .where('segment', '=', segment)
    .where('committedBytes', '=', start)
    .where('isEnded', '=', 0)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}
