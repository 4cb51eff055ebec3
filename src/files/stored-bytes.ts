import { type Kysely, sql } from 'kysely'
import type { Database } from '../state/database.ts'

/** The one row of the sum. */
const SUM = 'files'

/**
 * Counts bytes that rows of an organization take together. The sum is exact: it changes in the transaction of the rows.
 *
 * @returns false where it would exceed `maxBytes`; nothing is counted then, and the transaction should be rolled back
 */
export async function addStoredBytes(
  transaction: Kysely<Database>,
  bytes: number,
  maxBytes: number,
): Promise<boolean> {
  await transaction
    .insertInto('storedBytes')
    .values({ name: SUM, bytes: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const { numUpdatedRows } = await transaction
    .updateTable('storedBytes')
    .set({ bytes: sql<number>`bytes + ${bytes}` })
    .where('name', '=', SUM)
    .where(sql<boolean>`bytes + ${bytes} <= ${maxBytes}`)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Takes bytes off the sum, in the transaction that removes their rows. */
export async function subtractStoredBytes(transaction: Kysely<Database>, bytes: number): Promise<void> {
  if (bytes === 0) return
  await transaction
    .updateTable('storedBytes')
    .set({ bytes: sql<number>`bytes - ${bytes}` })
    .where('name', '=', SUM)
    .execute()
}

/** The sum as it is now. */
export async function readStoredBytes(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('storedBytes').select('bytes').where('name', '=', SUM).executeTakeFirst()
  return row?.bytes ?? 0
}
