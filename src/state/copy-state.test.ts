import { copyFileSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases, newFolder } from '../../test/databases.ts'
import { backupState } from './backup-state.ts'
import { copyState } from './copy-state.ts'
import type { Database } from './database.ts'
import { openState, type State } from './state.ts'
import type { ColumnType } from './tables/table-shape.ts'
import { TABLES } from './tables/tables.ts'

const ROWS = 1_234

describeOnDatabases('copyState', (database) => {
  it('copies every row of every table, into a folder', async () => {
    await checkCopy(await database.open(), await openFolder())
  })

  it('copies every row of every table, out of a folder', async () => {
    await checkCopy(await openFolder(), await database.open())
  })

  it('refuses a target that has rows, and leaves it as it is', async () => {
    const [from, to] = [await database.open(), await database.open()]
    await fill(from)
    await to.db
      .insertInto('counters')
      .values({ counterKey: 'mine', periodStart: 1, used: 5, granted: 0 })
      .execute()
    const before = await readAll(to)
    await expect(copyState(from, to)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/not empty.*counters/),
    })
    expect(await readAll(to)).toEqual(before)
  })

  it('leaves the target empty when it is cut short', async () => {
    const [from, to] = [await database.open(), await database.open()]
    await fill(from)
    const before = await readAll(to)
    // The table comes late in the copy.
    await sql`drop table audit_events`.execute(to.db)
    await expect(copyState(from, to)).rejects.toMatchObject({ code: 'failed' })
    const after = await readAll(to, ['auditEvents'])
    expect({ ...after, auditEvents: [] }).toEqual(before)
  })
})

describeOnDatabases('backupState', (database) => {
  it('writes a file that is a state, while others write; or names the program that does', async () => {
    const state = await database.open()
    const folder = await newFolder()
    const file = join(folder, 'continuo.sqlite')
    if (state.kind === 'postgres') {
      await expect(backupState(state, file)).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringContaining('pg_dump'),
      })
      return
    }
    await fill(state)
    const before = await readAll(state)
    await Promise.all([
      backupState(state, file),
      ...Array.from({ length: 20 }, (_, n) =>
        state.db
          .insertInto('users')
          .values(userRow(`later${n}`))
          .execute(),
      ),
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(existsSync(`${file}.unfinished`)).toBe(false)
    const restored = await database.open({ place: folder })
    expect(restored.id).toBe(state.id)
    const { users, ...others } = await readAll(restored)
    expect({ ...others, users: users?.filter(({ id }) => !String(id).startsWith('later')) }).toEqual(before)
  })
})

describe('backupState', () => {
  it('replaces no file', async () => {
    const state = await openFolder()
    const file = join(await newFolder(), 'kept')
    writeFileSync(file, 'mine')
    await expect(backupState(state, file)).rejects.toMatchObject({ code: 'invalid' })
    expect(statSync(file).size).toBe(4)
  })

  it('works on a state in memory, and when a backup before it was cut short', async () => {
    const state = await openState('memory')
    if (state === null) throw new Error('memory is not none')
    await state.db.insertInto('users').values(userRow('u')).execute()
    const folder = await newFolder()
    const file = join(folder, 'copy')
    writeFileSync(`${file}.unfinished`, 'half')
    await backupState(state, file)
    await state.close()
    copyFileSync(file, join(folder, 'continuo.sqlite'))
    const restored = await openState(folder)
    expect(await restored?.db.selectFrom('users').select('id').execute()).toEqual([{ id: 'u' }])
    await restored?.close()
  })
})

async function openFolder(): Promise<State> {
  const state = await openState(await newFolder())
  if (state === null) throw new Error('a folder is not none')
  onTestFinished(() => state.close())
  return state
}

async function checkCopy(from: State, to: State): Promise<void> {
  await fill(from)
  const copied = await copyState(from, to)
  const [source, target] = [await readAll(from), await readAll(to)]
  // Instances and duties are not copied; everything else is the same, the state's id too.
  expect(target).toEqual({ ...source, instances: [], duties: [] })
  expect(copied.usageHours).toBe(ROWS)
  expect(Object.keys(copied).sort()).toEqual(
    Object.keys(TABLES)
      .filter((table) => table !== 'instances' && table !== 'duties')
      .sort(),
  )
}

/** Many rows in some tables, a row in each other, every column with a value of its own. */
async function fill({ db }: State): Promise<void> {
  for (const [table, { columns }] of Object.entries(TABLES)) {
    const count = table === 'usageHours' ? ROWS : table === 'batchRequests' ? 11 : 2
    for (let start = 0; start < count; start += 500) {
      const rows = Array.from({ length: Math.min(500, count - start) }, (_, index) =>
        Object.fromEntries(
          Object.entries(columns).map(([column, type], place) => [
            column,
            sampleValue(type, start + index, place, column),
          ]),
        ),
      )
      await db
        .insertInto(table as keyof Database)
        .values(rows as never)
        .execute()
    }
  }
}

function sampleValue(type: ColumnType, row: number, place: number, column: string): unknown {
  // At most one workspace is the default one.
  if (column === 'isDefault') return row
  if (type === 'integer') return row * 100 + place
  if (type === 'real') return row + 0.5
  if (type === 'blob') return new Uint8Array([row, place, 255])
  return `${column} ${row} ñ`
}

type Row = Record<string, unknown>

async function readAll({ db }: State, without: readonly string[] = []): Promise<Record<string, Row[]>> {
  const all: Record<string, Row[]> = {}
  for (const [table, { key }] of Object.entries(TABLES)) {
    if (without.includes(table)) continue
    const order = sql.join(key.map((column) => sql.ref(column)))
    const { rows } = await sql<Row>`select * from ${sql.table(table)} order by ${order}`.execute(db)
    all[table] = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]),
      ),
    )
  }
  return all
}

function userRow(id: string) {
  return { id, email: `${id}@x`, emailKey: id, name: id, role: 'user', addedAt: 1 }
}
