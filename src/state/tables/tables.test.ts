import { CamelCasePlugin, sql } from 'kysely'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../../test/databases.ts'
import type { State } from '../state.ts'
import { TABLES } from './tables.ts'

const TYPES: Readonly<Record<string, string>> = {
  INTEGER: 'integer',
  TEXT: 'text',
  BLOB: 'blob',
  REAL: 'real',
  bigint: 'integer',
  text: 'text',
  bytea: 'blob',
  'double precision': 'real',
}

describeOnDatabases('the tables', (database) => {
  it('have the columns, types and keys that their shapes say', async () => {
    const state = await database.open()
    const found = await readTables(state)
    expect(Object.keys(found).sort()).toEqual(Object.keys(TABLES).sort())
    for (const [table, { columns, key }] of Object.entries(TABLES))
      expect(found[table], table).toEqual({ columns, key })
  })

  it('compare text by its bytes', async () => {
    const { db } = await database.open()
    const names = ['a', 'B', 'ä', '_', 'Z', '10', '9']
    for (const name of names)
      await db.insertInto('settings').values({ name, value: '', changedAt: 0 }).execute()
    const rows = await db
      .selectFrom('settings')
      .select('name')
      .where('value', '=', '')
      .orderBy('name')
      .execute()
    expect(rows.map(({ name }) => name)).toEqual(['10', '9', 'B', 'Z', '_', 'a', 'ä'])
  })

  it('refuse a value of another type', async () => {
    const { db } = await database.open()
    const wrong = { name: 'x', value: '', changedAt: 'yesterday' as unknown as number }
    await expect(db.insertInto('settings').values(wrong).execute()).rejects.toMatchObject({
      code: 'invalid-value',
    })
  })
})

interface FoundTable {
  readonly columns: Record<string, string | undefined>
  readonly key: string[]
}

async function readTables(state: State): Promise<Record<string, FoundTable>> {
  const plugin = new CamelCasePlugin()
  const camelCase = (name: string) =>
    (plugin as unknown as { camelCase(text: string): string }).camelCase(name)
  const tables = await state.db.withoutPlugins().introspection.getTables()
  const found: Record<string, FoundTable> = {}
  for (const { name } of tables) {
    const columns = await readColumns(state, name)
    found[camelCase(name)] = {
      columns: Object.fromEntries(columns.map((column) => [camelCase(column.name), TYPES[column.type]])),
      key: columns
        .filter(({ place }) => place > 0)
        .sort((a, b) => a.place - b.place)
        .map((column) => camelCase(column.name)),
    }
  }
  return found
}

async function readColumns(state: State, table: string) {
  const query =
    state.kind === 'sqlite'
      ? sql<{ name: string; type: string; place: number }>`
          select name, type, pk as place from pragma_table_info(${table}) order by cid`
      : sql<{ name: string; type: string; place: number }>`
          select a.attname as name, format_type(a.atttypid, null) as type,
            coalesce(array_position(i.indkey::smallint[], a.attnum), -1) + 1 as place
          from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
          where a.attrelid = ${table}::regclass and a.attnum > 0 order by a.attnum`
  return (await query.execute(state.db)).rows
}
