import * as sqlite from 'node:sqlite'
import { RowsError } from './sqlite-error.ts'
import type { StatementMessage, StatementResult, ThreadSettings } from './statement-message.ts'

/** Newer releases of Node call the class `Database` and keep the old name as an alias. */
const { Database = sqlite.DatabaseSync } = sqlite as { Database?: typeof sqlite.DatabaseSync }

/** Prepared statements that are kept; the least recently used one goes first. */
const MAX_PREPARED_STATEMENTS = 256
/** What the write-ahead log may keep on the disk once its content is in the database. */
const MAX_IDLE_LOG_BYTES = 64 * 1024 * 1024
const CACHE_KIBIBYTES = 16 * 1024

/** A connection to a database with write-ahead log, in the thread that it blocks. */
export class SqliteConnection {
  readonly #database: sqlite.DatabaseSync
  readonly #statements = new Map<string, sqlite.StatementSync>()
  readonly #changes: sqlite.StatementSync
  #isDurable = true

  constructor({ file, isReadOnly, busyTimeoutMs }: ThreadSettings) {
    this.#database = new Database(file, { readOnly: isReadOnly })
    // First of all, since even the change to the write-ahead log may have to wait for another process.
    this.#database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    if (!isReadOnly && file !== ':memory:') this.#useWriteAheadLog()
    this.#database.exec(`PRAGMA synchronous = FULL`)
    this.#database.exec(`PRAGMA journal_size_limit = ${MAX_IDLE_LOG_BYTES}`)
    this.#database.exec(`PRAGMA cache_size = -${CACHE_KIBIBYTES}`)
    this.#database.exec('PRAGMA temp_store = MEMORY')
    this.#database.exec('PRAGMA trusted_schema = OFF')
    this.#changes = this.#database.prepare('SELECT changes() AS changes')
  }

  execute({ sql, parameters, rows: json, isWrite, isDurable }: StatementMessage): StatementResult {
    if (isDurable !== null && isDurable !== this.#isDurable) this.#setDurable(isDurable)
    if (json !== undefined) return this.#executeForEach(sql, json)
    const rows = this.#prepare(sql).all(...(parameters as never[]))
    return { rows, changes: isWrite ? (this.#changes.get() as { changes: number }).changes : null }
  }

  #executeForEach(sql: string, json: string): StatementResult {
    const statement = this.#prepare(sql)
    let changes = 0
    for (const parameters of readRows(json)) changes += Number(statement.run(...parameters).changes)
    return { rows: [], changes }
  }

  /** Node 22.13 has no property for it, so a transaction is begun, which fails within another one. */
  isInTransaction(): boolean {
    try {
      this.#database.exec('BEGIN')
    } catch {
      return true
    }
    this.#database.exec('ROLLBACK')
    return false
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #useWriteAheadLog(): void {
    const [mode] = Object.values(this.#database.prepare('PRAGMA journal_mode = WAL').get() ?? {})
    if (mode !== 'wal')
      throw new Error(`the file system of the state folder cannot hold a write-ahead log (${String(mode)})`)
  }

  /**
   * With `FULL` a commit waits until the log is on the disk. With `NORMAL` it does not: a crash of the process loses
   * nothing, a power cut may lose the last commits, and neither damages the file.
   */
  #setDurable(isDurable: boolean): void {
    this.#database.exec(`PRAGMA synchronous = ${isDurable ? 'FULL' : 'NORMAL'}`)
    this.#isDurable = isDurable
  }

  #prepare(sql: string): sqlite.StatementSync {
    const known = this.#statements.get(sql)
    // Taken out and put back, so that the map is in the order of last use.
    if (known !== undefined) this.#statements.delete(sql)
    const statement = known ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    if (this.#statements.size > MAX_PREPARED_STATEMENTS) {
      const [oldest] = this.#statements.keys()
      if (oldest !== undefined) this.#statements.delete(oldest)
    }
    return statement
  }
}

function readRows(json: string): never[][] {
  let rows: unknown
  try {
    rows = JSON.parse(json)
  } catch {
    throw new RowsError()
  }
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row))) throw new RowsError()
  return rows as never[][]
}
