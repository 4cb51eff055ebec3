import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../state/database.ts'
import { executeForEach } from '../state/execute-for-each.ts'
import { REQUESTS } from '../state/tables/requests-table.ts'
import { HotStatement } from './hot-statement.ts'
import { addToHourlySums } from './hourly-sums.ts'
import { USAGE_COLUMNS } from './usage-row.ts'

const COLUMNS = list(USAGE_COLUMNS.map((column) => sql.ref(column)))

const POSTGRES_INSERT = sql`insert into requests (${COLUMNS}) select ${list(USAGE_COLUMNS.map(postgresValue))}
  from jsonb_array_elements(${'json'}::jsonb) as lines (line) returning *`
const POSTGRES_STATEMENT = new HotStatement(
  sql`with added as (${POSTGRES_INSERT}) ${addToHourlySums(sql`added`)}`,
)

const SQLITE_LAST = new HotStatement(sql`select coalesce(max(rowid), 0) as last from requests`)
const SQLITE_INSERT = new HotStatement(
  sql`insert into requests (${COLUMNS}) values (${sql.raw(USAGE_COLUMNS.map(() => '?').join(', '))})`,
)
const SQLITE_SUMS = new HotStatement(addToHourlySums(sql`(select * from requests where rowid > ${'last'})`))

/**
 * Writes rows, as a JSON list of lines of the journal, with the hourly sums that they change. It belongs into the transaction of what
 * says that they are written.
 */
export async function insertRequests(
  transaction: Kysely<Database>,
  kind: 'sqlite' | 'postgres',
  json: string,
): Promise<void> {
  if (kind === 'postgres') {
    await POSTGRES_STATEMENT.execute(transaction, [json])
    return
  }
  const [row] = await SQLITE_LAST.execute<{ last: number }>(transaction)
  await executeForEach(transaction, SQLITE_INSERT.compile(transaction), json)
  await SQLITE_SUMS.execute(transaction, [row?.last ?? 0])
}

function postgresValue(column: (typeof USAGE_COLUMNS)[number], index: number): RawBuilder<unknown> {
  const value = sql`line ->> ${sql.lit(index)}`
  return REQUESTS.columns[column] === 'integer' ? sql`(${value})::bigint` : value
}

function list(parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join(parts)
}
