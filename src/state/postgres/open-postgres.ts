import { CamelCasePlugin, Kysely } from 'kysely'
import { Availability } from '../availability.ts'
import type { Database } from '../database.ts'
import type { DatabaseViews } from '../database-views.ts'
import { MAX_TRANSACTION_MS, REPORT_TIMEOUT_MS, STATEMENT_TIMEOUT_MS } from '../time-limits.ts'
import { PostgresDialect } from './postgres-dialect.ts'
import { type PoolOptions, StatePool } from './postgres-pool.ts'

const MAX_CONNECTIONS = 8
const MAX_RELAXED_CONNECTIONS = 2
const MAX_REPORT_CONNECTIONS = 2
/** Connections of one instance: PostgreSQL's default allows a hundred in all. */
export const MAX_INSTANCE_CONNECTIONS = MAX_CONNECTIONS + MAX_RELAXED_CONNECTIONS + MAX_REPORT_CONNECTIONS

/** Opens the way to PostgreSQL. Connections are made when they are needed, and again after they broke. */
export function openPostgres(url: string): DatabaseViews {
  const availability = new Availability()
  const view = (options: Partial<PoolOptions>): Kysely<Database> => {
    const pool = new StatePool({
      url,
      maxConnections: MAX_CONNECTIONS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      maxTransactionMs: MAX_TRANSACTION_MS,
      sessionParameters: [],
      availability,
      ...options,
    })
    return new Kysely<Database>({ dialect: new PostgresDialect(pool), plugins: [new CamelCasePlugin()] })
  }
  const db = view({})
  const relaxed = view({
    maxConnections: MAX_RELAXED_CONNECTIONS,
    sessionParameters: ['synchronous_commit=off'],
  })
  const reports = view({
    maxConnections: MAX_REPORT_CONNECTIONS,
    statementTimeoutMs: REPORT_TIMEOUT_MS,
    sessionParameters: ['default_transaction_read_only=on'],
  })
  return {
    kind: 'postgres',
    db,
    relaxed,
    reports,
    isUp: () => availability.isUp,
    withoutTimeLimit: async (run) => {
      const unlimited = view({ maxConnections: 1, statementTimeoutMs: 0, maxTransactionMs: 0 })
      try {
        return await run(unlimited)
      } finally {
        await unlimited.destroy()
      }
    },
    close: async () => {
      await Promise.all([db.destroy(), relaxed.destroy(), reports.destroy()])
    },
  }
}
