import { type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from './database.ts'

/** Which part of a list is asked for. With both cursors, `afterId` counts; an unknown one is the first page. */
export interface PageRequest {
  readonly limit: number
  readonly afterId?: string | undefined
  readonly beforeId?: string | undefined
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  /** Whether there are more rows in the direction that was asked for. */
  readonly hasMore: boolean
}

/** A row's place in a list: lists are sorted by time, and by id where times are equal, the newest first. */
export interface PagePlace {
  readonly at: number
  readonly id: string
}

export interface PagedColumns {
  /** The columns of the list's order, as `table.column`. */
  readonly at: string
  readonly id: string
  /** Where the row of a cursor stands, also if the list's own conditions leave it out; undefined for no such row. */
  readonly placeOf: (id: string) => Promise<PagePlace | undefined>
}

/** One page of a list. `query` has the columns and conditions, and neither order nor limit. */
export async function readPage<Tables extends keyof Database, Row>(
  query: SelectQueryBuilder<Database, Tables, Row>,
  { at, id, placeOf }: PagedColumns,
  { limit, afterId, beforeId }: PageRequest,
): Promise<Page<Row>> {
  const isBackward = afterId === undefined && beforeId !== undefined
  const cursor = afterId ?? beforeId
  const place = cursor === undefined ? undefined : await placeOf(cursor)
  const [atColumn, idColumn] = [sql.ref(at), sql.ref(id)]
  let page = query
  if (place !== undefined) {
    const comparison = isBackward ? sql`>` : sql`<`
    page = page.where(sql<boolean>`(${atColumn}, ${idColumn}) ${comparison} (${place.at}, ${place.id})`)
  }
  const isAscending = isBackward && place !== undefined
  const direction = isAscending ? 'asc' : 'desc'
  // One more than asked for tells whether there are more.
  const rows = await page
    .orderBy(atColumn, direction)
    .orderBy(idColumn, direction)
    .limit(limit + 1)
    .execute()
  const hasMore = rows.length > limit
  const shown = rows.slice(0, limit)
  return { rows: isAscending ? shown.reverse() : shown, hasMore }
}

/** A place as a text that means nothing to its readers: `page_…`. */
export function pageCursor({ at, id }: PagePlace): string {
  return `page_${Buffer.from(JSON.stringify([at, id])).toString('base64url')}`
}

/** The place of such a text; undefined for any other text. */
export function readPageCursor(cursor: string): PagePlace | undefined {
  if (!cursor.startsWith('page_')) return undefined
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor.slice(5), 'base64url').toString('utf8'))
    if (!Array.isArray(place) || place.length !== 2) return undefined
    const [at, id] = place
    return Number.isSafeInteger(at) && typeof id === 'string' && !id.includes('\0') ? { at, id } : undefined
  } catch {
    return undefined
  }
}
