/**
 * Why an operation on the state failed.
 *
 * - `unavailable`: the database cannot be reached or is not ready; the same call may succeed later
 * - `busy`: a lock, a timeout or a full queue prevented it; worth a retry
 * - `full`: the disk, or the space that the database may use, is full
 * - `duplicate`: a row with this key exists
 * - `invalid-value`: a value does not fit its column, or breaks a rule of its table
 * - `not-writable`: the folder or the file cannot be created or written
 * - `newer`: a newer release of the program has changed the tables
 * - `corrupt`: the file is damaged, or is not an SQLite database
 * - `invalid`: the setting cannot be used: a malformed address, a refused login, a database that does not exist
 * - `closed`: the state was closed
 * - `failed`: anything else, such as a mistake in a statement
 */
export type StateErrorCode =
  | 'unavailable'
  | 'busy'
  | 'full'
  | 'duplicate'
  | 'invalid-value'
  | 'not-writable'
  | 'newer'
  | 'corrupt'
  | 'invalid'
  | 'closed'
  | 'failed'

/**
 * A failure of the state, with a message for the log. It never contains values of rows: the drivers' own errors quote
 * them, so they are not kept as `cause`.
 */
export class StateError extends Error {
  override readonly name = 'StateError'
  readonly code: StateErrorCode

  constructor(code: StateErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
