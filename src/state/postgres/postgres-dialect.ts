import { type DialectAdapter, PostgresDialect as KyselyPostgresDialect, PostgresAdapter } from 'kysely'
import type { StatePool } from './postgres-pool.ts'

/** Kysely's dialect of PostgreSQL over a pool of the state. */
export class PostgresDialect extends KyselyPostgresDialect {
  constructor(pool: StatePool) {
    super({ pool })
  }

  override createAdapter(): DialectAdapter {
    return new TransactionLockAdapter()
  }
}

/** Migrations take a lock of their transaction: one of the session would outlive it in a pool before PostgreSQL. */
class TransactionLockAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
