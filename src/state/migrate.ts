import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Database } from './database.ts'
import type { DatabaseViews } from './database-views.ts'
import { kyselyMigrations, type StateMigration } from './migrations/state-migration.ts'
import { StateError } from './state-error.ts'

/** Any number that is always the same: the lock that instances which start together take on PostgreSQL. */
const MIGRATION_LOCK = 4_217_200_903
/** How long to wait for another instance's migration. */
const MIGRATION_WAIT_MS = 10 * 60_000
const RETRY_PAUSE_MS = 200

/**
 * Brings the tables to the newest form, in one transaction and under a lock: of instances that start together one does
 * it, and one that is killed in the middle leaves no tables.
 */
export async function migrateState(
  views: DatabaseViews,
  migrations: readonly StateMigration[],
): Promise<void> {
  const deadline = performance.now() + MIGRATION_WAIT_MS
  for (;;) {
    try {
      return await views.withoutTimeLimit((db) => migrateOnce(db, views, migrations))
    } catch (error) {
      // On SQLite the lock is the file's own, which is not waited for as long as a migration may take.
      if (!(error instanceof StateError) || error.code !== 'busy' || performance.now() > deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS))
  }
}

function migrateOnce(
  db: Kysely<Database>,
  { kind }: DatabaseViews,
  migrations: readonly StateMigration[],
): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    // SQLite's transaction has the lock since it began.
    if (kind === 'postgres') await lockTables(transaction)
    const plain = transaction.withoutPlugins()
    const migrator = new Migrator({
      db: plain,
      provider: { getMigrations: async () => kyselyMigrations(migrations, kind) },
    })
    await refuseNewerTables(plain, migrations)
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
  })
}

async function lockTables(transaction: Kysely<Database>): Promise<void> {
  // PostgreSQL 14 and newer can notice within a long statement that the instance which sent it is gone.
  await sql`select set_config(name, '2s', true) from pg_settings
    where name = 'client_connection_check_interval'`.execute(transaction)
  await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(transaction)
}

/** Refuses to work on tables that a newer release has changed. */
async function refuseNewerTables(db: Kysely<Database>, migrations: readonly StateMigration[]): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  const unknown = rows
    .map(({ name }) => name)
    .filter((name) => !migrations.some((known) => known.name === name))
  if (unknown.length === 0) return
  throw new StateError(
    'newer',
    `a newer release of Continuo has changed the tables (${unknown.join(', ')}): start that release, or restore a backup from before`,
  )
}
