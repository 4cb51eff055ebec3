import {
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { SqliteDriver, type SqliteDriverOptions } from './sqlite-driver.ts'

/** Kysely's dialect of an SQLite database in a thread of its own. */
export class SqliteDialect implements Dialect {
  readonly #options: SqliteDriverOptions

  constructor(options: SqliteDriverOptions) {
    this.#options = options
  }

  createDriver(): Driver {
    return new SqliteDriver(this.#options)
  }

  createAdapter(): DialectAdapter {
    return new ThreadAdapter()
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler()
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db)
  }
}

class ThreadAdapter extends SqliteAdapter {
  /** The gate of the driver orders statements; Kysely's own mutex would send them one at a time. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
