import type { StateErrorCode } from '../state-error.ts'

/** SQLite's primary result codes: https://www.sqlite.org/rescode.html. An extended code holds one in its low byte. */
const CODES: Readonly<Record<number, StateErrorCode>> = {
  3: 'not-writable', // PERM
  5: 'busy', // BUSY
  6: 'busy', // LOCKED
  8: 'not-writable', // READONLY
  10: 'unavailable', // IOERR
  11: 'corrupt', // CORRUPT
  13: 'full', // FULL
  14: 'not-writable', // CANTOPEN
  18: 'invalid-value', // TOOBIG
  19: 'invalid-value', // CONSTRAINT
  20: 'invalid-value', // MISMATCH
  25: 'invalid-value', // RANGE
  26: 'corrupt', // NOTADB
}

/** CONSTRAINT_PRIMARYKEY, CONSTRAINT_UNIQUE and CONSTRAINT_ROWID. */
const DUPLICATES: readonly number[] = [1555, 2067, 2579]

/** What an error of `node:sqlite` means to the callers of the state. */
export function sqliteErrorCode(error: unknown): StateErrorCode {
  const resultCode = resultCodeOf(error)
  if (resultCode === undefined) return isValueError(error) ? 'invalid-value' : 'failed'
  if (DUPLICATES.includes(resultCode)) return 'duplicate'
  return CODES[resultCode & 0xff] ?? 'failed'
}

/** SQLite's texts name tables and columns, never values. */
export function sqliteErrorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const resultCode = resultCodeOf(error)
  return resultCode === undefined ? `SQLite: ${text}` : `SQLite: ${text} (${resultCode})`
}

function resultCodeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code : undefined
}

/** What Node itself says of parameters, before SQLite sees them. */
function isValueError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === 'ERR_INVALID_ARG_TYPE' || code === 'ERR_OUT_OF_RANGE' || error instanceof RowsError
}

/** Rows that are not the JSON that they should be. */
export class RowsError extends Error {
  constructor() {
    // The parser's own message quotes the text.
    super('rows are not a JSON list of lists')
  }
}
