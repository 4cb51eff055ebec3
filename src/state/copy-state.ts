import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Database } from './database.ts'
import { STATE_ID_SETTING, type State } from './state.ts'
import { StateError } from './state-error.ts'
import type { TableShape } from './tables/table-shape.ts'
import { TABLES } from './tables/tables.ts'

const CHUNK_ROWS = 500
/** Of rows that may hold 32 MiB each. */
const CHUNK_LARGE_ROWS = 4

/** How many rows of each table were copied. */
export type CopiedRows = Partial<Record<keyof Database, number>>

type Row = Record<string, unknown>

/**
 * Copies a state into an empty one, of either database, as of one moment and in one transaction: a copy that is cut short
 * leaves the target empty. The target takes over the source's id, for it is the same state in another place.
 */
export async function copyState(from: State, to: State): Promise<CopiedRows> {
  return await from.withoutTimeLimit((source) =>
    source
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute((reading) =>
        to.withoutTimeLimit((target) =>
          target.transaction().execute((writing) => copyTables(reading, writing, to)),
        ),
      ),
  )
}

async function copyTables(
  reading: Transaction<Database>,
  writing: Transaction<Database>,
  to: State,
): Promise<CopiedRows> {
  await writing.deleteFrom('settings').where('name', '=', STATE_ID_SETTING).execute()
  const tables = Object.entries(TABLES) as [keyof Database, TableShape<Row>][]
  for (const [table] of tables) await refuseRows(writing, table, to)
  const copied: CopiedRows = {}
  for (const [table, shape] of tables)
    if (shape.isTransient !== true) copied[table] = await copyTable(reading, writing, table, shape)
  return copied
}

async function refuseRows(db: Kysely<Database>, table: keyof Database, to: State): Promise<void> {
  const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db)
  if (rows.length > 0)
    throw new StateError(
      'invalid',
      `the state in ${to.name} is not empty: "${table}" has rows, or an instance uses it`,
    )
}

async function copyTable(
  reading: Kysely<Database>,
  writing: Kysely<Database>,
  table: keyof Database,
  { key, columns, hasLargeRows }: TableShape<Row>,
): Promise<number> {
  const limit = hasLargeRows === true ? CHUNK_LARGE_ROWS : CHUNK_ROWS
  const names = list(Object.keys(columns).map((column) => sql.ref(column)))
  const keys = list(key.map((column) => sql.ref(column)))
  let copied = 0
  let last: Row | undefined
  for (;;) {
    const after: RawBuilder<unknown> =
      last === undefined
        ? sql``
        : sql`where (${keys}) > (${list(key.map((column) => sql.val(last?.[column])))})`
    const { rows } = await sql<Row>`
      select ${names} from ${sql.table(table)} ${after} order by ${keys} limit ${sql.lit(limit)}`.execute(
      reading,
    )
    if (rows.length > 0) {
      const values = rows.map(
        (row) => sql`(${list(Object.keys(columns).map((column) => sql.val(row[column])))})`,
      )
      await sql`insert into ${sql.table(table)} (${names}) values ${list(values)}`.execute(writing)
    }
    copied += rows.length
    last = rows.at(-1)
    if (rows.length < limit) return copied
  }
}

function list(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join(parts)
}
