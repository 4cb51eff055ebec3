import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { MIGRATIONS } from './migrations/migrations.ts'
import { createTable, type StateMigration } from './migrations/state-migration.ts'
import type { State } from './state.ts'

const PROCESS = fileURLToPath(new URL('../../test/state-process.ts', import.meta.url))

const added: StateMigration = {
  name: '9000-added',
  statements: [createTable('added', 'id TEXT NOT NULL, PRIMARY KEY (id)')],
}

describeOnDatabases('a migration', (database) => {
  it('runs once', async () => {
    const place = await database.newPlace()
    await (await database.open({ place })).close()
    const state = await database.open({ place, migrations: [...MIGRATIONS, added] })
    expect(await migrationNames(state)).toEqual([...MIGRATIONS, added].map(({ name }) => name))
    await (await database.open({ place, migrations: [...MIGRATIONS, added] })).close()
    expect(await migrationNames(state)).toHaveLength(MIGRATIONS.length + 1)
  })

  it('leaves no tables when it fails', async () => {
    const place = await database.newPlace()
    const broken: StateMigration = {
      name: '9001-broken',
      statements: ['CREATE TABLE half (x)', 'CREATE NONSENSE'],
    }
    const migrations = [...MIGRATIONS, added, broken]
    await expect(database.open({ place, migrations })).rejects.toMatchObject({ code: 'failed' })
    const state = await database.open({ place })
    expect(await migrationNames(state)).toEqual(MIGRATIONS.map(({ name }) => name))
    expect(await tableNames(state)).not.toContain('added')
  })

  it('refuses tables of a newer release, and names the step', async () => {
    const place = await database.newPlace()
    await (await database.open({ place, migrations: [...MIGRATIONS, added] })).close()
    await expect(database.open({ place })).rejects.toMatchObject({
      code: 'newer',
      message: expect.stringMatching(/newer release.*9000-added/),
    })
  })

  it('is done by one of many processes that start together', async () => {
    const place = await database.newPlace()
    const processes = await Promise.all(Array.from({ length: 4 }, () => startProcess(place, 'open')))
    const ids = await Promise.all(processes.map(nextMessage))
    expect(new Set(ids).size).toBe(1)
    const state = await database.open({ place })
    expect(ids[0]).toBe(state.id)
    expect(await migrationNames(state)).toHaveLength(MIGRATIONS.length)
  })

  it('is completed by the next start when its process is killed in the middle', async () => {
    const place = await database.newPlace()
    const process = await startProcess(place, 'stop-in-migration')
    expect(await nextMessage(process)).toBe('in the middle')
    process.kill('SIGKILL')
    await once(process, 'exit')
    const state = await database.open({ place })
    expect(await migrationNames(state)).toEqual(MIGRATIONS.map(({ name }) => name))
    expect(await tableNames(state)).not.toContain('half')
  })
})

async function startProcess(place: string, task: string): Promise<ChildProcess> {
  const process = fork(PROCESS, [place, task], { execArgv: [] })
  onTestFinished(() => {
    process.kill('SIGKILL')
  })
  return process
}

async function nextMessage(process: ChildProcess): Promise<unknown> {
  const [message] = await Promise.race([
    once(process, 'message'),
    once(process, 'exit').then(([code]) => Promise.reject(new Error(`the process ended with ${code}`))),
  ])
  return message
}

async function migrationNames(state: State): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    state.db,
  )
  return rows.map(({ name }) => name)
}

async function tableNames(state: State): Promise<string[]> {
  return (await state.db.withoutPlugins().introspection.getTables()).map(({ name }) => name)
}
