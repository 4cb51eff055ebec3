import type { CompiledQuery, Kysely } from 'kysely'
import type { Database } from './database.ts'
import { JsonRows } from './sqlite/json-rows.ts'

/**
 * Runs a statement of SQLite once for each row of a JSON text, a list of lists of parameters. The thread of the database
 * reads the JSON, not the event loop. It belongs into a transaction: a row that fails leaves the rows before it.
 */
export async function executeForEach(
  transaction: Kysely<Database>,
  statement: CompiledQuery<unknown>,
  json: string,
): Promise<void> {
  await transaction.executeQuery({ ...statement, parameters: [new JsonRows(json)] })
}
