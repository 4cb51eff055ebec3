import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'
import type { Availability } from '../availability.ts'
import { BackOff } from '../back-off.ts'
import { StateError } from '../state-error.ts'
import { postgresError } from './postgres-error.ts'
import { POSTGRES_TYPES } from './postgres-values.ts'

/** Callers that may wait for a connection of a pool. What is over is refused. */
export const MAX_WAITING_CALLERS = 1_000
const CONNECT_TIMEOUT_MS = 5_000
const LOCK_TIMEOUT_MS = 5_000
/** How much later than PostgreSQL itself this side gives a statement up: then the network is broken. */
const RESPONSE_GRACE_MS = 5_000
const IDLE_CONNECTION_MS = 30_000

export interface PoolOptions {
  readonly url: string
  readonly maxConnections: number
  /** 0 for no bound. */
  readonly statementTimeoutMs: number
  /** A transaction that is left idle longer is rolled back; 0 for no bound. */
  readonly maxTransactionMs: number
  /** Parameters of the session, such as `synchronous_commit=off`. */
  readonly sessionParameters: readonly string[]
  readonly availability: Availability
  readonly maxWaitingCallers?: number
}

/**
 * Connections to PostgreSQL for Kysely's own dialect, with what that needs on a bad day: errors in the words of the
 * state, a pause between tries to connect, and no event of a broken connection that nothing listens to.
 */
export class StatePool implements PostgresPool {
  /** Kysely would read a connection's settings here, to cancel statements from another one. */
  readonly options = {}
  readonly #options: PoolOptions
  readonly #backOff = new BackOff()
  #pool: pg.Pool
  /** Pools in front of PostgreSQL, such as PgBouncer, refuse parameters of the session: then it is done without. */
  #hasPlainSessions = false
  #isClosed = false

  constructor(options: PoolOptions) {
    this.#options = options
    this.#pool = this.#createPool()
  }

  async connect(): Promise<PostgresPoolClient> {
    const refusal = this.#refusal()
    if (refusal !== null) throw refusal
    const pool = this.#pool
    try {
      const client = await pool.connect()
      this.#backOff.succeed()
      return this.#clientOf(client)
    } catch (error) {
      if (!this.#hasPlainSessions && refusesParameters(error)) {
        this.#usePlainSessions(pool)
        return this.connect()
      }
      throw this.#note(error, true)
    }
  }

  async end(): Promise<void> {
    this.#isClosed = true
    await this.#pool.end()
  }

  #refusal(): StateError | null {
    if (this.#isClosed) return new StateError('closed', 'the state was closed')
    const { maxWaitingCallers = MAX_WAITING_CALLERS } = this.#options
    if (this.#pool.waitingCount >= maxWaitingCallers)
      return new StateError('busy', `${maxWaitingCallers} callers are waiting for a connection to PostgreSQL`)
    return this.#pool.idleCount > 0 ? null : this.#backOff.refusal()
  }

  #clientOf(client: pg.PoolClient): PostgresPoolClient {
    const { statementTimeoutMs } = this.#options
    const readTimeout =
      statementTimeoutMs === 0 ? {} : { query_timeout: statementTimeoutMs + RESPONSE_GRACE_MS }
    let isBroken = false
    const query = async <Row>(
      text: string,
      values: readonly unknown[],
    ): Promise<PostgresQueryResult<Row>> => {
      try {
        const result = await client.query({ text, values: [...values], ...readTimeout } as pg.QueryConfig)
        this.#options.availability.succeed()
        return result as unknown as PostgresQueryResult<Row>
      } catch (error) {
        const noted = this.#note(error, false)
        isBroken ||= noted.code === 'unavailable'
        throw noted
      }
    }
    const release = (isDiscarded?: boolean): void => client.release(isBroken || isDiscarded === true)
    return { query: query as PostgresPoolClient['query'], release }
  }

  #note(error: unknown, isConnecting: boolean): StateError {
    const noted = postgresError(error)
    this.#options.availability.note(noted)
    if (isConnecting && (noted.code === 'unavailable' || noted.code === 'invalid')) this.#backOff.fail(noted)
    return noted
  }

  #usePlainSessions(refused: pg.Pool): void {
    this.#hasPlainSessions = true
    this.#pool = this.#createPool()
    refused.end().catch(() => undefined)
  }

  #createPool(): pg.Pool {
    const { url, maxConnections, statementTimeoutMs, maxTransactionMs, sessionParameters } = this.#options
    const address = new URL(url)
    const ownOptions = address.searchParams.get('options')
    const bounds = [
      `statement_timeout=${statementTimeoutMs}`,
      `lock_timeout=${statementTimeoutMs === 0 ? 0 : LOCK_TIMEOUT_MS}`,
      `idle_in_transaction_session_timeout=${maxTransactionMs}`,
    ]
    const parameters = [...bounds, ...sessionParameters].map((parameter) => `-c ${parameter}`)
    const options = [...(ownOptions === null ? [] : [ownOptions]), ...parameters].join(' ')
    if (!this.#hasPlainSessions) address.searchParams.set('options', options)
    const pool = new pg.Pool({
      connectionString: address.href,
      max: maxConnections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      allowExitOnIdle: true,
      keepAlive: true,
      application_name: 'continuo',
      types: POSTGRES_TYPES,
    } as pg.PoolConfig)
    // A connection that breaks while it is idle leaves the pool; the next statement opens another.
    pool.on('error', (error) => this.#note(error, false))
    // One that breaks in a caller's hands, between two statements, has this listener alone.
    pool.on('connect', (client) => client.on('error', () => undefined))
    return pool
  }
}

function refusesParameters(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter/.test(error.message)
}
