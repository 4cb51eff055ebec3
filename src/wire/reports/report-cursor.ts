import { createHash } from 'node:crypto'
import type { ApiRules } from '../api-rules.ts'
import { cursorText, invalidCursor, pageCursor } from '../page-cursor.ts'

/** What is done with a cursor that no response of this server had: the first page, or an error. */
export type CursorRule = Pick<ApiRules, 'lenientPaging'>

const MAX_CURSOR_UNITS = 256

/** Where a page of ranked rows begins. */
export interface RankedPlace {
  readonly offset: number
  /** The end of the range, which for some requests is the time of the first page. */
  readonly to: number
}

/** The cursor of a page that begins with a time bucket. */
export function bucketCursor(from: number): string {
  return pageCursor(new Date(from).toISOString().replace('.000Z', 'Z'), 'base64')
}

/** Where the page of a request begins; null for the first page. */
export function readBucketCursor(
  query: URLSearchParams,
  isPlace: (from: number) => boolean,
  rule: CursorRule,
): number | null {
  const text = decodeCursor(query)
  if (text === null) return null
  const from = /^\d{4}-[\d:TZ-]+$/.test(text) ? Date.parse(text) : Number.NaN
  return isPlace(from) ? from : unknownCursor(rule)
}

/** The cursor of a page of ranked rows, for requests with the same parameters only. */
export function rankedCursor({ offset, to }: RankedPlace, query: URLSearchParams): string {
  return pageCursor(JSON.stringify([offset, to, fingerprint(query)]))
}

/** Where the page of a request begins; null for the first page. */
export function readRankedCursor(
  query: URLSearchParams,
  isEnd: (to: number) => boolean,
  rule: CursorRule,
): RankedPlace | null {
  const text = decodeCursor(query)
  if (text === null) return null
  const [offset, to] = placeOf(text, fingerprint(query)) ?? []
  if (offset === undefined || to === undefined || !isEnd(to)) return unknownCursor(rule)
  return { offset, to }
}

function placeOf(text: string, expected: string): [number, number] | null {
  const [, offset, to, given] = /^\[(\d{1,10}),(\d{1,15}),"([\w-]+)"\]$/.exec(text) ?? []
  return given === expected ? [Number(offset), Number(to)] : null
}

/** The text in the cursor; empty for one that cannot be a cursor, and null for none. */
function decodeCursor(query: URLSearchParams): string | null {
  const cursor = query.get('page')
  if (cursor === null || cursor === '') return null
  return cursorText(cursor, MAX_CURSOR_UNITS)
}

function fingerprint(query: URLSearchParams): string {
  const parameters = [...query].filter(([name]) => name !== 'page' && name !== 'limit')
  const hash = createHash('sha256').update(JSON.stringify(parameters.sort()))
  return hash.digest('base64url').slice(0, 11)
}

function unknownCursor({ lenientPaging }: CursorRule): null {
  if (lenientPaging) return null
  throw invalidCursor()
}
