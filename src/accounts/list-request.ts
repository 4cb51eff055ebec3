import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../state/database.ts'
import { type Page, type PagePlace, type PageRequest, readPage } from '../state/page.ts'
import { storableText } from '../state/storable-text.ts'
import { AccountError } from './account-error.ts'

/** Which part of a list of accounts is asked for. */
export interface ListRequest extends PageRequest {
  /** Whether a cursor that never was an id gives the first page; otherwise it is refused. */
  readonly acceptsAnyCursor: boolean
}

/** How much of a cursor an error repeats. */
const MAX_NAMED_CURSOR_UNITS = 200

/** Looks up where a cursor stands, and refuses one that never was an id. */
export function placeFinder(
  kind: string,
  { afterId, acceptsAnyCursor }: ListRequest,
  find: (id: string) => Promise<PagePlace | undefined>,
): (id: string) => Promise<PagePlace | undefined> {
  return async function placeOf(id) {
    const place = await find(storableText(id))
    if (place !== undefined || acceptsAnyCursor) return place
    const name = afterId === undefined ? 'before_id' : 'after_id'
    throw AccountError.invalid(
      `Invalid \`${name}\`. No ${kind} found for \`${name}\` "${id.slice(0, MAX_NAMED_CURSOR_UNITS)}"`,
    )
  }
}

/** A list that is sorted by a column of times and by id. */
export interface AccountList {
  readonly table: 'apiKeys' | 'auditEvents' | 'invites' | 'users' | 'workspaces'
  readonly at: string
  /** What an error calls one of its rows. */
  readonly kind: string
  /** The id that the table has for one that clients know. */
  readonly storedId?: (id: string) => string
}

/** One page of a list, the newest first. `query` has the columns and conditions, and neither order nor limit. */
export function readListPage<Tables extends keyof Database, Row>(
  db: Kysely<Database>,
  query: SelectQueryBuilder<Database, Tables, Row>,
  { table, at, kind, storedId = (id) => id }: AccountList,
  request: ListRequest,
): Promise<Page<Row>> {
  const [atColumn, idColumn] = [`${table}.${at}`, `${table}.id`]
  const placeOf = placeFinder(kind, request, async (id) => {
    const place = sql<PagePlace>`select ${sql.ref(atColumn)} as at, ${sql.ref(idColumn)} as id
      from ${sql.table(table)} where ${sql.ref(idColumn)} = ${storedId(id)}`
    return (await place.execute(db)).rows[0]
  })
  return readPage(query, { at: atColumn, id: idColumn, placeOf }, request)
}
