import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { deferred } from '../../test/deferred.ts'
import type { State } from './state.ts'

const PROCESS = fileURLToPath(new URL('../../test/state-process.ts', import.meta.url))

describeOnDatabases('a transaction', (database) => {
  it('is there as a whole or not at all', async () => {
    const state = await database.open()
    const failed = state.db.transaction().execute(async (transaction) => {
      await addRow(transaction, 'half')
      throw new Error('no further')
    })
    await expect(failed).rejects.toThrow('no further')
    expect(await readNames(state)).not.toContain('half')
  })

  it('does not mix with statements beside it', async () => {
    const state = await database.open()
    const { promise: isOpen, resolve: markOpen } = deferred()
    const { promise: mayEnd, resolve: end } = deferred()
    const failed = state.db.transaction().execute(async (transaction) => {
      await addRow(transaction, 'inside')
      markOpen()
      await mayEnd
      throw new Error('rolled back')
    })
    await isOpen
    const concurrent = [addRow(state.db, 'beside'), addRow(state.relaxed, 'relaxed')]
    end()
    await expect(failed).rejects.toThrow('rolled back')
    await Promise.all(concurrent)
    expect(await readNames(state)).toEqual(expect.arrayContaining(['beside', 'relaxed']))
    expect(await readNames(state)).not.toContain('inside')
  })

  it('follows another one that was asked for at the same time', async () => {
    const state = await database.open()
    await addRow(state.db, 'count')
    const add = () =>
      state.db.transaction().execute(async (transaction) => {
        const query = transaction.selectFrom('settings').select('changedAt').where('name', '=', 'count')
        const { changedAt } = await (state.kind === 'postgres'
          ? query.forUpdate()
          : query
        ).executeTakeFirstOrThrow()
        await transaction
          .updateTable('settings')
          .set({ changedAt: changedAt + 1 })
          .where('name', '=', 'count')
          .execute()
      })
    await Promise.all(Array.from({ length: 30 }, add))
    const row = await state.db
      .selectFrom('settings')
      .select('changedAt')
      .where('name', '=', 'count')
      .executeTakeFirst()
    expect(row?.changedAt).toBe(30)
  })

  it('goes back to a savepoint', async () => {
    const state = await database.open()
    const transaction = await state.db.startTransaction().execute()
    await addRow(transaction, 'before')
    const saved = await transaction.savepoint('here').execute()
    await addRow(saved, 'after')
    await saved.rollbackToSavepoint('here').execute()
    await transaction.commit().execute()
    expect(await readNames(state)).toContain('before')
    expect(await readNames(state)).not.toContain('after')
  })

  it('continues after a statement that failed, or reports that it cannot', async () => {
    const state = await database.open()
    await addRow(state.db, 'twice')
    const failed = state.db.transaction().execute(async (transaction) => {
      await addRow(transaction, 'lost')
      await addRow(transaction, 'twice')
    })
    await expect(failed).rejects.toMatchObject({ code: 'duplicate' })
    expect(await readNames(state)).not.toContain('lost')
    await addRow(state.db, 'later')
  })

  it('of several processes at once keeps every acknowledged row', async () => {
    const place = await database.newPlace()
    const state = await database.open({ place })
    const writers = [startWriter(place), startWriter(place)]
    for (let n = 0; n < 50; n++) await addRow(state.db, `mine${n}`)
    await Promise.all(writers.map(({ acknowledged }) => acknowledged(20)))
    const killed = await Promise.all(writers.map(({ kill }) => kill()))
    const names = await readNames(state)
    for (const n of Array.from({ length: 50 }, (_, index) => index)) expect(names).toContain(`mine${n}`)
    for (const [index, count] of killed.entries()) checkPairs(names, `w${index}`, count)
  })

  it('is whole, and there if it was acknowledged, after kill -9 in the middle of writes', async () => {
    const place = await database.newPlace()
    for (let round = 0; round < 3; round++) {
      const writer = startWriter(place, `r${round}`)
      await writer.acknowledged(10 + round * 7)
      const count = await writer.kill()
      const state = await database.open({ place })
      checkPairs(await readNames(state), `r${round}`, count)
      await state.close()
    }
  })
})

let writers = 0

/** A process that writes pairs of rows, `<label>-a<n>` and `<label>-b<n>`, each pair in a transaction. */
function startWriter(place: string, label = `w${writers++ % 2}`) {
  const process: ChildProcess = fork(PROCESS, [place, 'write-pairs', label], { execArgv: [] })
  onTestFinished(() => {
    process.kill('SIGKILL')
  })
  let count = 0
  process.on('message', (n: number) => {
    count = n
  })
  return {
    acknowledged: async (n: number) => {
      while (count < n) await once(process, 'message')
    },
    kill: async () => {
      process.kill('SIGKILL')
      await once(process, 'exit')
      return count
    },
  }
}

function checkPairs(names: readonly string[], label: string, acknowledged: number): void {
  const numbers = (part: string) =>
    names
      .filter((name) => name.startsWith(`${label}-${part}`))
      .map((name) => Number(name.slice(label.length + 2)))
  const found = numbers('a').sort((a, b) => a - b)
  expect(numbers('b').sort((a, b) => a - b)).toEqual(found)
  expect(found).toEqual(Array.from({ length: found.length }, (_, index) => index + 1))
  // The one that was being written when the process died may be there or not.
  expect(found.length - acknowledged).toBeGreaterThanOrEqual(0)
  expect(acknowledged).toBeGreaterThan(0)
}

async function addRow(db: State['db'], name: string): Promise<void> {
  await db.insertInto('settings').values({ name, value: '', changedAt: 0 }).execute()
}

async function readNames({ db }: State): Promise<string[]> {
  return (await db.selectFrom('settings').select('name').execute()).map(({ name }) => name)
}
