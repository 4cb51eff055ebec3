import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeOnDatabases, newFolder } from '../../test/databases.ts'
import { runContinuo } from '../../test/run-continuo.ts'
import { openState } from '../state/state.ts'

async function run(place: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runContinuo([...words, '--state', place])
  expect(code, stderr).toBe(0)
  return stdout
}

describeOnDatabases('continuo state', (database) => {
  it('copies a state into an empty one', { timeout: 60_000 }, async () => {
    const place = await database.newPlace()
    const target = await newFolder()
    await run(place, 'key', 'create', '--name', 'kept')
    const copied = await run(place, 'state', 'copy', '--to', target)
    expect(copied).toMatch(new RegExp(`^Copied \\d+ rows from .* to ${target}\\.\\n$`))
    expect(await run(target, 'key', 'list')).toContain('kept')
    const again = await runContinuo(['state', 'copy', '--to', target, '--state', place])
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty') })
  })

  it('backs SQLite up to a file, and names the program for PostgreSQL', { timeout: 60_000 }, async () => {
    const place = await database.newPlace()
    await run(place, 'key', 'create', '--name', 'kept')
    const restored = await newFolder()
    const file = join(restored, 'continuo.sqlite')
    const { code, stderr } = await runContinuo(['state', 'backup', file, '--state', place])
    if (database.kind === 'postgres') {
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('pg_dump') })
      return
    }
    expect(code, stderr).toBe(0)
    const state = await openState(restored)
    expect(await state?.db.selectFrom('apiKeys').select('name').execute()).toEqual([{ name: 'kept' }])
    await state?.close()
  })
})
