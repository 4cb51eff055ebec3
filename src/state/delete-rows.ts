import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from './database.ts'
import { TABLES } from './tables/tables.ts'

/** Rows that one statement removes at most, so that others beside it never wait for long. */
export const DELETE_CHUNK_ROWS = 5_000

/**
 * Removes the rows of a table that meet a condition, however many, a chunk at a time, and returns their number. Each
 * chunk is committed by itself; the signal ends the work after one.
 */
export async function deleteRows(
  db: Kysely<Database>,
  table: keyof Database,
  condition: RawBuilder<boolean>,
  signal?: AbortSignal,
): Promise<number> {
  const key = sql.join(TABLES[table].key.map((column) => sql.ref(column)))
  const chunk = sql`select ${key} from ${sql.table(table)} where ${condition} limit ${sql.lit(DELETE_CHUNK_ROWS)}`
  const statement = sql`delete from ${sql.table(table)} where (${key}) in (${chunk})`
  let deleted = 0
  while (signal?.aborted !== true) {
    const { numAffectedRows = 0n } = await statement.execute(db)
    deleted += Number(numAffectedRows)
    if (numAffectedRows < DELETE_CHUNK_ROWS) break
  }
  return deleted
}
