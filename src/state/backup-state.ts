import { open, rename, rm, stat } from 'node:fs/promises'
import { sql } from 'kysely'
import { Availability } from './availability.ts'
import { SqliteThread } from './sqlite/sqlite-thread.ts'
import type { State } from './state.ts'
import { StateError } from './state-error.ts'

/** How long the copy waits for a lock. */
const BUSY_TIMEOUT_MS = 60_000

/**
 * Writes a consistent copy of an SQLite state to a file while instances continue to use the state. To restore it, stop
 * every instance and replace the database in the state folder with it.
 */
export async function backupState(state: State, file: string): Promise<void> {
  const { location } = state
  if (location.kind === 'postgres')
    throw new StateError(
      'invalid',
      `the state in ${state.name} is backed up with PostgreSQL's own programs, for example: pg_dump --format=custom --file=FILE postgres://…`,
    )
  if (await exists(file))
    throw new StateError(
      'invalid',
      `${file} exists already: choose another name, because a backup never overwrites a file`,
    )
  // It gets its name only when it is complete.
  const unfinished = `${file}.unfinished`
  await rm(unfinished, { force: true })
  try {
    await vacuumInto(state, unfinished)
    await syncFile(unfinished)
    await rename(unfinished, file)
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function vacuumInto({ location, withoutTimeLimit }: State, file: string): Promise<void> {
  if (location.kind !== 'folder') {
    await withoutTimeLimit((db) => sql`VACUUM INTO ${file}`.execute(db))
    return
  }
  // A thread of its own, since neither writes nor reports should wait for it.
  const thread = new SqliteThread({
    file: location.file,
    isReadOnly: true,
    busyTimeoutMs: BUSY_TIMEOUT_MS,
    availability: new Availability(),
  })
  try {
    await thread.execute({
      sql: 'VACUUM INTO ?',
      parameters: [file],
      isWrite: false,
      isDurable: null,
      timeoutMs: Number.POSITIVE_INFINITY,
    })
  } finally {
    await thread.close()
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.chmod(0o600)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
