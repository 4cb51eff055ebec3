import {
  type CompiledQuery,
  createQueryId,
  type DatabaseConnection,
  type Driver,
  IdentifierNode,
  type QueryCompiler,
  type QueryResult,
  RawNode,
  type TransactionSettings,
} from 'kysely'
import { StateError } from '../state-error.ts'
import { JsonRows } from './json-rows.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import type { StatementResult } from './statement-message.ts'
import type { TransactionGate } from './transaction-gate.ts'

export interface SqliteDriverOptions {
  readonly thread: SqliteThread
  /** Shared by everybody who uses the thread. */
  readonly gate: TransactionGate
  /** Whether a commit is on the disk before it is acknowledged. */
  readonly isDurable: boolean
  readonly statementTimeoutMs: number
  /** A transaction that is left open longer is rolled back, since all others wait for it. */
  readonly maxTransactionMs: number
}

const WRITES: readonly string[] = ['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode', 'MergeQueryNode']

export class SqliteDriver implements Driver {
  readonly #options: SqliteDriverOptions

  constructor(options: SqliteDriverOptions) {
    this.#options = options
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteSession> {
    return new SqliteSession(this.#options)
  }

  beginTransaction(session: SqliteSession, settings: TransactionSettings): Promise<void> {
    return session.begin(settings.accessMode === 'read only')
  }

  commitTransaction(session: SqliteSession): Promise<void> {
    return session.end('commit')
  }

  rollbackTransaction(session: SqliteSession): Promise<void> {
    return session.end('rollback')
  }

  async savepoint(
    session: SqliteSession,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await session.executeQuery(compileSavepoint('savepoint', name, compile))
  }

  async rollbackToSavepoint(
    session: SqliteSession,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await session.executeQuery(compileSavepoint('rollback to', name, compile))
  }

  async releaseSavepoint(
    session: SqliteSession,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await session.executeQuery(compileSavepoint('release', name, compile))
  }

  async releaseConnection(session: SqliteSession): Promise<void> {
    session.release()
  }

  /** The thread belongs to the state, which several dialects share. */
  async destroy(): Promise<void> {}
}

/** What Kysely takes for a connection: a user of the one connection. */
class SqliteSession implements DatabaseConnection {
  readonly #options: SqliteDriverOptions
  #timer: NodeJS.Timeout | null = null
  /** The thread in which the transaction runs. */
  #generation = 0
  #isOverdue = false

  constructor(options: SqliteDriverOptions) {
    this.#options = options
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { gate } = this.#options
    // What follows in a transaction that was lost must not run outside of it.
    if (this.#generation !== 0 && !this.#isInTransaction()) throw this.#lostTransaction()
    const wait = gate.pass(this)
    if (wait !== undefined) await wait
    const isWrite = WRITES.includes(query.query.kind) || isRawWrite(query)
    const { rows, changes } = await this.#send(query.sql, query.parameters, isWrite)
    return { rows: rows as Row[], ...(changes === null ? {} : { numAffectedRows: BigInt(changes) }) }
  }

  // biome-ignore lint/correctness/useYield: there are no streams; pages are read by key.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new StateError('failed', 'rows of SQLite are not streamed: read them in pages')
  }

  async begin(isReadOnly: boolean): Promise<void> {
    const { gate, thread, isDurable, maxTransactionMs, statementTimeoutMs } = this.#options
    const wait = gate.own(this)
    if (wait !== undefined) await wait
    try {
      // IMMEDIATE takes the lock of writers at once: a lock taken later can fail in the middle of a transaction.
      const sql = isReadOnly ? 'begin' : 'begin immediate'
      const begun = thread.execute({
        sql,
        parameters: [],
        isWrite: false,
        isDurable,
        timeoutMs: statementTimeoutMs,
      })
      this.#generation = thread.generation
      await begun
    } catch (error) {
      this.#generation = 0
      gate.release(this)
      throw error
    }
    if (maxTransactionMs === Number.POSITIVE_INFINITY) return
    this.#timer = setTimeout(() => this.#giveUp(), maxTransactionMs)
    this.#timer.unref()
  }

  async end(sql: 'commit' | 'rollback'): Promise<void> {
    if (!this.#isInTransaction()) {
      if (sql === 'rollback') return
      throw this.#lostTransaction()
    }
    try {
      await this.#send(sql, [], false)
    } catch (error) {
      // A commit that failed for a lock or a full disk leaves the transaction open.
      if (sql === 'commit' && this.#isInTransaction())
        await this.#send('rollback', [], false).catch(() => undefined)
      throw error
    } finally {
      this.release()
    }
  }

  release(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#generation = 0
    this.#options.gate.release(this)
  }

  #isInTransaction(): boolean {
    const { gate, thread } = this.#options
    return gate.isOwner(this) && this.#generation === thread.generation && !this.#isOverdue
  }

  #send(sql: string, parameters: readonly unknown[], isWrite: boolean): Promise<StatementResult> {
    const { thread, statementTimeoutMs } = this.#options
    const isDurable = this.#generation === 0 ? this.#options.isDurable : null
    const [only] = parameters
    const message = only instanceof JsonRows ? { parameters: [], rows: only.json } : { parameters }
    return thread.execute({ sql, ...message, isWrite, isDurable, timeoutMs: statementTimeoutMs })
  }

  #giveUp(): void {
    if (!this.#isInTransaction()) return
    this.#isOverdue = true
    // Its answer is of no interest: without an open transaction it fails.
    this.#send('rollback', [], false).catch(() => undefined)
    this.#options.gate.release(this)
  }

  #lostTransaction(): StateError {
    return this.#isOverdue
      ? new StateError('busy', `a transaction was open longer than ${this.#options.maxTransactionMs} ms`)
      : new StateError('unavailable', 'the database has ended the transaction')
  }
}

function isRawWrite({ query, sql }: CompiledQuery): boolean {
  return query.kind === 'RawNode' && /^\s*(insert|update|delete|replace|with)\b/i.test(sql)
}

function compileSavepoint(
  command: string,
  name: string,
  compile: QueryCompiler['compileQuery'],
): CompiledQuery {
  const node = RawNode.createWithChildren([RawNode.createWithSql(`${command} `), IdentifierNode.create(name)])
  return compile(node, createQueryId())
}
