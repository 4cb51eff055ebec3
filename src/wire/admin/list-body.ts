import type { CursorPage } from '../../accounts/cursor-page.ts'

/** A page of a list whose cursors are ids. */
export function listBody<Row>(
  { rows, hasMore }: { readonly rows: readonly Row[]; readonly hasMore: boolean },
  format: { readonly body: (row: Row) => object; readonly idOf: (row: Row) => string },
): object {
  const [first, last] = [rows.at(0), rows.at(-1)]
  return {
    data: rows.map(format.body),
    has_more: hasMore,
    first_id: first === undefined ? null : format.idOf(first),
    last_id: last === undefined ? null : format.idOf(last),
  }
}

/** A page of a list that has cursors of its own. */
export function cursorListBody<Row>({ rows, nextPage }: CursorPage<Row>, body: (row: Row) => object): object {
  return { data: rows.map(body), next_page: nextPage }
}

/** Milliseconds as RFC 3339 in UTC. */
export function timeBody(atMs: number): string {
  return new Date(atMs).toISOString()
}

/** The same for a time that there may not be. */
export function timeBodyOrNull(atMs: number | null): string | null {
  return atMs === null ? null : timeBody(atMs)
}
