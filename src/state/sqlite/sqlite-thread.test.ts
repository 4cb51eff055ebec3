import { join } from 'node:path'
import { CamelCasePlugin, Kysely, sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { newFolder } from '../../../test/databases.ts'
import { deferred } from '../../../test/deferred.ts'
import { Availability } from '../availability.ts'
import type { Database } from '../database.ts'
import { SqliteDialect } from './sqlite-dialect.ts'
import type { SqliteDriverOptions } from './sqlite-driver.ts'
import { SqliteThread, type SqliteThreadOptions, type ThreadStatement } from './sqlite-thread.ts'
import { TransactionGate } from './transaction-gate.ts'

/** Ends by itself after about a hundred milliseconds. */
const SLOW =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000) SELECT count(*) FROM n'
/** Takes longer than the watch of a thread looks away. */
const LONG = SLOW.replace('500000', '30000000')

describe('SqliteThread', () => {
  it('runs statements in the order in which they come', async () => {
    const thread = await openThread()
    void thread.execute(statement('create table t (n integer) strict'))
    for (let n = 0; n < 100; n++) void thread.execute(statement('insert into t values (?)', [n]))
    const { rows } = await thread.execute(statement('select count(*) as count, max(n) as max from t'))
    expect(rows).toEqual([{ count: 100, max: 99 }])
  })

  it('never holds up the event loop', async () => {
    const thread = await openThread()
    await thread.execute(statement('select 1'))
    let turns = 0
    const turn = () => {
      turns++
      next = setImmediate(turn)
    }
    let next = setImmediate(turn)
    await thread.execute(statement(SLOW))
    clearImmediate(next)
    expect(turns).toBeGreaterThan(100)
  })

  it('refuses what is more than may wait', async () => {
    const thread = await openThread({ maxPendingStatements: 3 })
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => thread.execute(statement('select 1 as one'))),
    )
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    expect(results[4]).toMatchObject({ reason: { code: 'busy' } })
    expect((await thread.execute(statement('select 1 as one'))).rows).toEqual([{ one: 1 }])
  })

  it('gives up a statement that takes too long, with those after it, and is replaced', async () => {
    const availability = new Availability()
    const thread = await openThread({ availability })
    await thread.execute(statement('create table t (n integer) strict'))
    // Not an endless one: the thread cannot be stopped inside SQLite, and the test's process waits for it.
    const slow = thread.execute({ ...statement(LONG), timeoutMs: 100 })
    const after = thread.execute(statement('select 1'))
    await expect(slow).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('100 ms') })
    await expect(after).rejects.toMatchObject({ code: 'busy' })
    await expect
      .poll(() =>
        thread.execute(statement('select * from t')).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
  })

  it('reports that a database cannot be opened, and does not try again at once', async () => {
    const availability = new Availability()
    const file = join(await newFolder(), 'nowhere', 'x.sqlite')
    const thread = new SqliteThread({ file, isReadOnly: false, busyTimeoutMs: 0, availability })
    onTestFinished(() => thread.close())
    const failures = await Promise.allSettled([1, 2].map(() => thread.execute(statement('select 1'))))
    for (const failure of failures) expect(failure).toMatchObject({ reason: { code: 'not-writable' } })
    await expect(thread.execute(statement('select 1'))).rejects.toMatchObject({ code: 'not-writable' })
  })

  it('refuses a parameter that cannot be sent', async () => {
    const thread = await openThread()
    await expect(thread.execute(statement('select ?', [() => undefined]))).rejects.toMatchObject({
      code: 'failed',
    })
    expect((await thread.execute(statement('select ? as x', [1]))).rows).toEqual([{ x: 1 }])
  })

  it('finishes what was asked for before it closes', async () => {
    const thread = await openThread()
    const results = [thread.execute(statement(SLOW)), thread.execute(statement('select 1 as one'))]
    await thread.close()
    expect((await results[1])?.rows).toEqual([{ one: 1 }])
    await expect(thread.execute(statement('select 1'))).rejects.toMatchObject({ code: 'closed' })
    await thread.close()
  })

  it('does not let an integer above 2^53 pass for another', async () => {
    const thread = await openThread()
    const large = thread.execute(statement('select 9007199254740993 as large'))
    await expect(large).rejects.toMatchObject({ code: 'invalid-value' })
  })
})

describe('a transaction in an SqliteThread', () => {
  it('is lost with its thread, and reports it', async () => {
    const thread = await openThread()
    const db = openDatabase(thread, {})
    await sql`create table t (n integer) strict`.execute(db)
    const failed = db.transaction().execute(async (transaction) => {
      await sql`insert into t values (1)`.execute(transaction)
      await thread.execute({ ...statement(LONG), timeoutMs: 50 }).catch(() => undefined)
      await sql`insert into t values (2)`.execute(transaction)
    })
    await expect(failed).rejects.toMatchObject({ code: 'unavailable' })
    const count = async () => (await sql<{ n: number }>`select n from t`.execute(db)).rows
    await expect.poll(() => count().catch(() => null), { timeout: 30_000 }).toEqual([])
  })

  it('is rolled back when it stays open too long, and lets the others go on', async () => {
    const thread = await openThread()
    const db = openDatabase(thread, { maxTransactionMs: 50 })
    await sql`create table t (n integer) strict`.execute(db)
    const { promise: mayEnd, resolve: end } = deferred()
    const failed = db.transaction().execute(async (transaction) => {
      await sql`insert into t values (1)`.execute(transaction)
      await mayEnd
      await sql`insert into t values (2)`.execute(transaction)
    })
    failed.catch(() => undefined)
    await sql`insert into t values (3)`.execute(db)
    end()
    await expect(failed).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('50 ms') })
    expect((await sql<{ n: number }>`select n from t`.execute(db)).rows).toEqual([{ n: 3 }])
  })

  it('ends when the space is full, and the next one works', async () => {
    const thread = await openThread()
    const db = openDatabase(thread, {})
    await sql`create table t (bytes blob) strict`.execute(db)
    // A bound of SQLite's own stands in for a full disk.
    await sql.raw('pragma max_page_count = 20').execute(db)
    const insert = (transaction: typeof db, bytes: number) =>
      sql`insert into t values (${new Uint8Array(bytes)})`.execute(transaction)
    const failed = db.transaction().execute(async (transaction) => {
      for (let n = 0; n < 30; n++) await insert(transaction, 4_096)
    })
    await expect(failed).rejects.toMatchObject({ code: 'full' })
    // SQLite has rolled back itself: what follows must not be committed alone.
    const goesOn = db.transaction().execute(async (transaction) => {
      for (let n = 0; n < 30; n++) await insert(transaction, 4_096).catch(() => undefined)
      await insert(transaction, 20)
    })
    await expect(goesOn).rejects.toMatchObject({ code: 'unavailable' })
    await insert(db, 10)
    expect((await sql<{ bytes: number }>`select length(bytes) as bytes from t`.execute(db)).rows).toEqual([
      { bytes: 10 },
    ])
  })

  it('has a bound for those who wait for it', async () => {
    const gate = new TransactionGate(2)
    const owner = {}
    await gate.own(owner)
    const waiting = [gate.pass({}), gate.own({}), gate.pass({})]
    await expect(waiting[2]).rejects.toMatchObject({ code: 'busy' })
    gate.release(owner)
    await waiting[0]
    await waiting[1]
  })
})

function statement(text: string, parameters: unknown[] = []): ThreadStatement {
  return { sql: text, parameters, isWrite: false, isDurable: true, timeoutMs: 20_000 }
}

async function openThread(options: Partial<SqliteThreadOptions> = {}): Promise<SqliteThread> {
  const thread = new SqliteThread({
    file: join(await newFolder(), 'test.sqlite'),
    isReadOnly: false,
    busyTimeoutMs: 1_000,
    availability: new Availability(),
    ...options,
  })
  onTestFinished(() => thread.close())
  return thread
}

function openDatabase(thread: SqliteThread, options: Partial<SqliteDriverOptions>): Kysely<Database> {
  const dialect = new SqliteDialect({
    thread,
    gate: new TransactionGate(100),
    isDurable: true,
    statementTimeoutMs: 10_000,
    maxTransactionMs: 10_000,
    ...options,
  })
  return new Kysely<Database>({ dialect, plugins: [new CamelCasePlugin()] })
}
