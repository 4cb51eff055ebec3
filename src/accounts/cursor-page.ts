import type { SelectQueryBuilder } from 'kysely'
import type { Database } from '../state/database.ts'
import { type PagePlace, pageCursor, readPage, readPageCursor } from '../state/page.ts'
import { AccountError } from './account-error.ts'

/** Which page of a list is asked for, where pages have cursors of their own. */
export interface CursorRequest {
  readonly limit: number
  /** `nextPage` of the page before. */
  readonly page?: string | undefined
  /** Whether a text that is no cursor gives the first page; otherwise it is refused. */
  readonly acceptsAnyCursor: boolean
}

export interface CursorPage<Row> {
  readonly rows: readonly Row[]
  readonly nextPage: string | null
}

/** One page of a list, the newest first. `query` has the columns and conditions, and neither order nor limit. */
export async function readCursorPage<Tables extends keyof Database, Row>(
  query: SelectQueryBuilder<Database, Tables, Row>,
  columns: { readonly at: string; readonly id: string; readonly placeOf: (row: Row) => PagePlace },
  { limit, page, acceptsAnyCursor }: CursorRequest,
): Promise<CursorPage<Row>> {
  const { at, id } = columns
  async function placeOf(cursor: string): Promise<PagePlace | undefined> {
    const place = readPageCursor(cursor)
    if (place !== undefined || acceptsAnyCursor) return place
    throw AccountError.invalid('The page parameter is not a valid cursor for this request.')
  }
  const { rows, hasMore } = await readPage(query, { at, id, placeOf }, { limit, afterId: page })
  const last = rows.at(-1)
  return { rows, nextPage: hasMore && last !== undefined ? pageCursor(columns.placeOf(last)) : null }
}
