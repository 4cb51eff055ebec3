import * as sqlite from 'node:sqlite'

/** Newer releases of Node call the class `Database` and keep the old name as an alias. */
const { Database = sqlite.DatabaseSync } = sqlite as { Database?: typeof sqlite.DatabaseSync }

/** A connection to an SQLite database, as Node brings it. Its calls block, so only the state's threads make them. */
export const SqliteDatabase = Database
export type SqliteDatabase = sqlite.DatabaseSync
export type SqliteStatement = sqlite.StatementSync
