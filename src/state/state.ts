import { randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { DatabaseViews } from './database-views.ts'
import { migrateState } from './migrate.ts'
import { MIGRATIONS } from './migrations/migrations.ts'
import type { StateMigration } from './migrations/state-migration.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { StateError } from './state-error.ts'
import { describeStateLocation, parseStateLocation, type StateLocation } from './state-location.ts'

/** How long a start waits for a database that is starting too. */
export const START_WAIT_MS = 30_000
const START_PAUSE_MS = 250
/** The setting that holds the id of a state. */
export const STATE_ID_SETTING = 'state-id'

/** What instances share and what outlives them: tables in SQLite or PostgreSQL, in their newest form. */
export interface State extends DatabaseViews {
  /** The same for everybody who uses these tables, and no others. */
  readonly id: string
  readonly location: StateLocation
  /** The location for people, without credentials. */
  readonly name: string
  /** The database's clock in milliseconds, for statements: instances' own clocks may differ. */
  readonly nowMs: RawBuilder<number>
}

export interface OpenStateOptions {
  /** How long to wait for a database that does not respond yet. */
  readonly startWaitMs?: number
  /** For tests of migrations. */
  readonly migrations?: readonly StateMigration[]
}

/**
 * Opens the state that a setting names: a folder, `postgres://…`, `memory`, or `none`, for which there is none. Tables
 * are made or brought to their newest form.
 */
export async function openState(setting: string, options: OpenStateOptions = {}): Promise<State | null> {
  const location = parseStateLocation(setting)
  if (location.kind === 'none') return null
  const views = await openViews(location)
  try {
    await whenReachable(() => migrateState(views, options.migrations ?? MIGRATIONS), options.startWaitMs)
    const id = await readStateId(views)
    const name = describeStateLocation(location)
    return { ...views, id, location, name, nowMs: nowMsOf(views) }
  } catch (error) {
    await views.close().catch(() => undefined)
    throw withName(error, location)
  }
}

async function openViews(location: Exclude<StateLocation, { kind: 'none' }>): Promise<DatabaseViews> {
  if (location.kind !== 'postgres') return openSqlite(location)
  // Its client is loaded by those who use it.
  const { openPostgres } = await import('./postgres/open-postgres.ts')
  return openPostgres(location.url)
}

/** Repeats what fails because the database does not respond yet. */
async function whenReachable(run: () => Promise<void>, waitMs = START_WAIT_MS): Promise<void> {
  const deadline = performance.now() + waitMs
  for (;;) {
    try {
      return await run()
    } catch (error) {
      const isDown = error instanceof StateError && error.code === 'unavailable'
      if (!isDown || performance.now() > deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, START_PAUSE_MS))
  }
}

async function readStateId({ db }: DatabaseViews): Promise<string> {
  const name = STATE_ID_SETTING
  await db
    .insertInto('settings')
    .values({ name, value: randomUUID(), changedAt: Date.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return row.value
}

function nowMsOf({ kind }: DatabaseViews): RawBuilder<number> {
  return kind === 'sqlite'
    ? sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`
    : sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
}

function withName(error: unknown, location: StateLocation): unknown {
  if (!(error instanceof StateError)) return error
  return new StateError(error.code, `state in ${describeStateLocation(location)}: ${error.message}`)
}
