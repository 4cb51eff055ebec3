import type { Kysely } from 'kysely'
import type { Database } from './database.ts'
import type { DatabaseKind } from './migrations/state-migration.ts'

/**
 * The ways to the same tables, which differ in what a commit promises and how long a statement may take.
 */
export interface DatabaseViews {
  readonly kind: DatabaseKind
  /** A commit is on the disk when it is acknowledged. */
  readonly db: Kysely<Database>
  /**
   * A commit survives a crash of this process; a power cut may take the last ones. For what can be lost: leases,
   * heartbeats, counters that are replayed.
   */
  readonly relaxed: Kysely<Database>
  /** Reads only, beside the writes, and may take long. */
  readonly reports: Kysely<Database>
  /** Whether the database responded to the last statement. */
  isUp(): boolean
  /** Runs long work that must not be cut short, such as a migration, on a connection without time limits. */
  withoutTimeLimit<Result>(run: (db: Kysely<Database>) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}
