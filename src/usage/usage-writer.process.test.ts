import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { checkUsageSums } from '../../test/check-usage-sums.ts'
import { describeOnDatabases, newFolder } from '../../test/databases.ts'
import { usageRow } from '../../test/usage-rows.ts'
import type { State } from '../state/state.ts'
import { journalLine } from './journal-line.ts'
import { type JournalOptions, UsageJournal } from './usage-journal.ts'
import type { UsageRow } from './usage-row.ts'
import { UsageWriter } from './usage-writer.ts'

const PROCESS = fileURLToPath(new URL('../../test/usage-process.ts', import.meta.url))
/** `.ci/run` asks for more. */
const KILLS = Number(process.env.CONTINUO_TEST_KILLS ?? 4)
const HOUR_MS = 3_600_000

describeOnDatabases('UsageWriter', (database) => {
  it('records rows with every column, and sums them by hour', async () => {
    const { journal, writer, state } = await open(database)
    const rows = [
      usageRow({ requestId: 'a', at: HOUR_MS }),
      usageRow({ requestId: 'b', at: 2 * HOUR_MS - 1, isStream: 1, status: 429, errorCode: 'rate-limited' }),
      usageRow({ requestId: 'c', at: 2 * HOUR_MS, stopReason: null, firstTokenMs: null, status: 500 }),
      usageRow({ requestId: 'd', at: HOUR_MS, apiKeyId: 'apikey_2' }),
    ]
    await Promise.all(rows.map((row) => journal.append(row)))
    await writer.flush()
    expect(await readRequests(state)).toEqual(rows)
    const sums = await state.db
      .selectFrom('usageHours')
      .selectAll()
      .orderBy('hour')
      .orderBy('apiKeyId')
      .execute()
    expect(sums).toMatchObject([
      {
        hour: HOUR_MS,
        apiKeyId: 'apikey_1',
        requests: 2,
        errors: 1,
        rateLimited: 1,
        outputTokens: 100,
        outputCost: 50_000,
      },
      { hour: HOUR_MS, apiKeyId: 'apikey_2', requests: 1, errors: 0, rateLimited: 0, outputTokens: 50 },
      { hour: 2 * HOUR_MS, apiKeyId: 'apikey_1', requests: 1, errors: 1, rateLimited: 0 },
    ])
    await journal.append(usageRow({ requestId: 'e', at: HOUR_MS }))
    await writer.flush()
    await checkUsageSums(state)
    expect(writer.committedRows).toBe(5)
    expect(journal.pendingBytes).toBe(0)
  })

  it('records by itself, and removes the segments that are done with', async () => {
    const { journal, writer, state, folder } = await open(database, { segmentBytes: 2_000 })
    await writer.start()
    for (let n = 0; n < 30; n++) await journal.append(usageRow({ requestId: `r${n}` }))
    expect(readdirSync(folder).length).toBeGreaterThan(3)
    await expect.poll(() => writer.committedRows, { timeout: 30_000 }).toBe(30)
    await expect.poll(() => readdirSync(folder).length, { timeout: 30_000 }).toBe(1)
    await writer.stop()
    expect(readdirSync(folder)).toEqual([])
    expect(await readRequests(state)).toHaveLength(30)
  })

  it('records every text that callers may send', async () => {
    const { journal, writer, state } = await open(database)
    const models = [
      'a\0b',
      '\ud800',
      'x\udc00y',
      '👋'.repeat(400),
      'ñ'.repeat(400),
      '"\\\n\r\u2028',
      "'; drop table requests; --",
      '',
    ]
    for (const [n, model] of models.entries())
      await journal.append(usageRow({ requestId: `r${n}`, model, path: model, errorCode: model }))
    await writer.flush()
    expect(writer.rejectedRows).toBe(0)
    expect(await readRequests(state)).toHaveLength(models.length)
    await checkUsageSums(state)
  })

  it('puts a damaged line aside, and records those around it', async () => {
    const { journal, writer, state, folder, problems } = await open(database)
    for (let n = 0; n < 5; n++) await journal.append(usageRow({ requestId: `mine${n}` }))
    const damages = ['{"half":', '["too few"]', '\0\0\0', '7', '"],["']
    const damaged = join(folder, 'other-000001.v1.journal')
    appendFileSync(damaged, journalLine(usageRow({ requestId: 'first' })))
    for (const [n, damage] of damages.entries())
      appendFileSync(damaged, `${damage}\n\n${journalLine(usageRow({ requestId: `after${n}` }))}`)
    await writer.start()
    await writer.flush()
    const ids = (await readRequests(state)).map(({ requestId }) => requestId)
    expect(ids).toEqual([
      ...damages.map((_, n) => `after${n}`),
      'first',
      ...[0, 1, 2, 3, 4].map((n) => `mine${n}`),
    ])
    expect(writer.rejectedRows).toBe(damages.length)
    expect(problems).toHaveLength(damages.length)
    expect(problems[0]).toContain(`${damaged}.rejected`)
    expect(readFileSync(`${damaged}.rejected`, 'utf8')).toBe(`${damages.join('\n')}\n`)
    await checkUsageSums(state)
    await writer.stop()
  })

  it('leaves half a last line for later', async () => {
    const { journal, writer, state, folder } = await open(database)
    const line = journalLine(usageRow({ requestId: 'late' }))
    const path = join(folder, 'other-000001.v1.journal')
    writeFileSync(path, journalLine(usageRow({ requestId: 'first' })) + line.slice(0, 50))
    await writer.start()
    expect((await readRequests(state)).map(({ requestId }) => requestId)).toEqual(['first'])
    expect(journal.pendingBytes).toBe(50)
    appendFileSync(path, line.slice(50))
    await writer.stop()
    const next = await open(database, { state, folder, instanceId: 'next' })
    await next.writer.start()
    expect(await readRequests(state)).toHaveLength(2)
    expect(existsSync(path)).toBe(true)
    await next.writer.stop()
  })

  it('records the whole lines of a process that was killed in the middle of one, and never the half', async () => {
    const { writer, state, folder } = await open(database)
    const script = `
      import fs from 'node:fs'
      import { syncBuiltinESMExports } from 'node:module'
      const { writeSync } = fs
      let lines = 0
      fs.writeSync = (file, bytes, offset, length) => {
        if (++lines < 4) return writeSync(file, bytes, offset, length)
        writeSync(file, bytes, offset, 40)
        process.kill(process.pid, 'SIGKILL')
      }
      syncBuiltinESMExports()
      const { UsageJournal } = await import('${new URL('./usage-journal.ts', import.meta.url)}')
      const { usageRow } = await import('${new URL('../../test/usage-rows.ts', import.meta.url)}')
      const journal = new UsageJournal({ folder: '${folder}', instanceId: 'dead' })
      for (let n = 1; n < 9; n++) await journal.append(usageRow({ requestId: 'r' + n }))`
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
    expect(signal).toBe('SIGKILL')
    const path = join(folder, 'dead-000001.v1.journal')
    expect(readFileSync(path, 'utf8')).toMatch(/\n\["r4[^\n]+$/)
    await writer.start()
    await writer.stop()
    const rows = await readRequests(state)
    expect(rows.map(({ requestId }) => requestId).toSorted()).toEqual(['r1', 'r2', 'r3'])
    await checkUsageSums(state)
    // A later start finds the half again, and it stays what it is.
    const next = await open(database, { state, folder, instanceId: 'next' })
    await next.writer.start()
    expect(next.journal.pendingBytes).toBe(40)
    await next.writer.stop()
    expect(await readRequests(state)).toHaveLength(3)
  })

  it('removes what another process left a day ago, and a format that it does not know never', async () => {
    const { writer, state, folder } = await open(database)
    const yesterday = new Date(Date.now() - 25 * HOUR_MS)
    const [old, unknown] = [join(folder, 'other-000001.v1.journal'), join(folder, 'other-000001.v2.journal')]
    for (const path of [old, unknown]) {
      writeFileSync(path, `${journalLine(usageRow({ requestId: 'kept' }))}[half`)
      utimesSync(path, yesterday, yesterday)
    }
    await writer.start()
    expect(existsSync(old)).toBe(false)
    expect(existsSync(unknown)).toBe(true)
    expect(await readRequests(state)).toHaveLength(1)
    await writer.stop()
    // The file comes back, as from a snapshot of the disk.
    writeFileSync(old, journalLine(usageRow({ requestId: 'kept' })))
    const next = await open(database, { state, folder, instanceId: 'next' })
    await next.writer.start()
    expect(existsSync(old)).toBe(false)
    expect(await readRequests(state)).toHaveLength(1)
    await next.writer.stop()
  })

  it('counts a segment once that two processes take over at the same time', async () => {
    const folder = await newFolder()
    const lines = Array.from({ length: 3_000 }, (_, n) => journalLine(usageRow({ requestId: `r${n}` })))
    writeFileSync(join(folder, 'dead-000001.v1.journal'), lines.join(''))
    const place = await database.newPlace()
    const writers = []
    for (const instanceId of ['one', 'two', 'three']) {
      const state = await database.open({ place })
      writers.push(await open(database, { state, folder, instanceId }))
    }
    await Promise.all(writers.map(({ writer }) => writer.start()))
    const [first] = writers
    if (first === undefined) throw new Error('there are three')
    expect(await readRequests(first.state)).toHaveLength(lines.length)
    await checkUsageSums(first.state)
    expect(writers.reduce((sum, { writer }) => sum + writer.committedRows, 0)).toBe(lines.length)
    for (const { writer } of writers) await writer.stop()
  })

  it(`counts every acknowledged row once, through ${KILLS} times kill -9 in the middle of it`, {
    timeout: 120_000,
  }, async () => {
    const [place, folder] = [await database.newPlace(), await newFolder()]
    const acknowledgedFile = join(await newFolder(), 'acknowledged')
    const state = await database.open({ place })
    for (let kill = 0; kill < KILLS; kill++) {
      const process = fork(PROCESS, [place, folder, acknowledgedFile, `k${kill}`], { execArgv: [] })
      const ended = once(process, 'exit')
      await once(process, 'message')
      const before = await countRequests(state)
      // In the middle of commits: some rows of this process are recorded, and more come.
      await expect
        .poll(() => countRequests(state), { timeout: 20_000, interval: 10 + kill * 7 })
        .toBeGreaterThan(before)
      process.kill('SIGKILL')
      await ended
    }
    const { writer } = await open(database, { state, folder, instanceId: 'last' })
    await writer.start()
    // Only these: a fast machine records almost a million rows.
    const rows = await state.db.selectFrom('requests').select('requestId').execute()
    const recorded = rows.map(({ requestId }) => requestId)
    const acknowledged = readFileSync(acknowledgedFile, 'utf8').trim().split('\n')
    expect(new Set(recorded).size).toBe(recorded.length)
    const known = new Set(recorded)
    expect(acknowledged.filter((id) => !known.has(id))).toEqual([])
    // A process may die between its last write, of twenty rows, and their acknowledgement.
    expect(recorded.length - acknowledged.length).toBeLessThanOrEqual(KILLS * 20)
    expect(acknowledged.length).toBeGreaterThan(KILLS * 20)
    await checkUsageSums(state)
    expect(writer.rejectedRows).toBe(0)
    await writer.stop()
  })
})

interface Opened {
  readonly state: State
  readonly folder: string
  readonly journal: UsageJournal
  readonly writer: UsageWriter
  readonly problems: string[]
}

async function open(
  database: { open(): Promise<State> },
  options: Partial<JournalOptions> & { readonly state?: State } = {},
): Promise<Opened> {
  const state = options.state ?? (await database.open())
  const folder = options.folder ?? (await newFolder())
  const journal = new UsageJournal({ instanceId: 'mine', ...options, folder })
  const problems: string[] = []
  const writer = new UsageWriter({ state, journal, onProblem: (text) => problems.push(text) })
  onTestFinished(() => writer.stop())
  return { state, folder, journal, writer, problems }
}

async function readRequests({ db }: State): Promise<UsageRow[]> {
  return await db.selectFrom('requests').selectAll().orderBy('requestId').execute()
}

async function countRequests({ db }: State): Promise<number> {
  const { count } = await db
    .selectFrom('requests')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
