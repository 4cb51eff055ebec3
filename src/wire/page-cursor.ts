import type { CompletionError } from '../completion/completion-error.ts'
import { invalidRequest } from './body-schema.ts'

const PREFIX = 'page_'

/** A cursor that holds a text. */
export function pageCursor(text: string, encoding: 'base64url' | 'base64' = 'base64url'): string {
  return PREFIX + Buffer.from(text).toString(encoding)
}

/** The text in a cursor; empty for one that cannot be a cursor. */
export function cursorText(cursor: string, maxUnits: number): string {
  if (!cursor.startsWith(PREFIX) || cursor.length > maxUnits) return ''
  return Buffer.from(cursor.slice(PREFIX.length), 'base64url').toString()
}

/** What a request with a cursor that no response had is refused with. */
export function invalidCursor(): CompletionError {
  return invalidRequest('The page parameter is not a valid cursor for this request.')
}
