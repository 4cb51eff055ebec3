import { CompletionError } from '../completion/completion-error.ts'

/** How many items a page holds when the query does not say. */
export const DEFAULT_PAGE_LIMIT = 20
/** Most items on a page. */
export const MAX_PAGE_LIMIT = 1000

/**
 * Reads `limit` of a list's query.
 *
 * @throws CompletionError `invalid-request`
 */
export function readPageLimit(query: URLSearchParams): number {
  const text = query.get('limit')
  if (text === null) return DEFAULT_PAGE_LIMIT
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalidLimit('a valid integer')
  const limit = Number(text)
  if (limit < 1) throw invalidLimit('greater than or equal to 1')
  if (limit > MAX_PAGE_LIMIT) throw invalidLimit(`less than or equal to ${MAX_PAGE_LIMIT}`)
  return limit
}

function invalidLimit(should: string): CompletionError {
  return new CompletionError('invalid-request', `limit: Input should be ${should}`)
}
