import { Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { describePostgres, type TestDatabase } from '../../../test/databases.ts'
import { Availability } from '../availability.ts'
import type { Database } from '../database.ts'
import { PostgresDialect } from './postgres-dialect.ts'
import { type PoolOptions, StatePool } from './postgres-pool.ts'

describePostgres('StatePool', (database) => {
  it('gives up a statement that takes too long, and keeps its connections', async () => {
    const db = await open(database, { statementTimeoutMs: 100, maxConnections: 1 })
    await expect(sql`select pg_sleep(30)`.execute(db)).rejects.toMatchObject({ code: 'busy' })
    expect(await readOne(db)).toBe(1)
  })

  it('rolls back a transaction that is left open too long', async () => {
    const db = await open(database, { maxTransactionMs: 100, maxConnections: 2 })
    await sql`create table t (n bigint)`.execute(db)
    const failed = db.transaction().execute(async (transaction) => {
      await sql`insert into t values (1)`.execute(transaction)
      await expect.poll(() => countOpen(db), { timeout: 30_000 }).toBe(0)
      await sql`insert into t values (2)`.execute(transaction)
    })
    await expect(failed).rejects.toMatchObject({ code: expect.stringMatching(/^(busy|unavailable)$/) })
    expect((await sql`select * from t`.execute(db)).rows).toEqual([])
  })

  it('refuses callers that are more than may wait', async () => {
    const db = await open(database, { maxConnections: 1, maxWaitingCallers: 2 })
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => readOne(db)))
    const refused = results.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const result of refused) expect(result).toMatchObject({ reason: { code: 'busy' } })
    expect(await readOne(db)).toBe(1)
  })

  it('names a database that is not there, and a login that is refused, as the setting’s fault', async () => {
    const place = new URL(await database.newPlace())
    for (const [part, value] of [
      ['pathname', '/nowhere'],
      ['username', 'stranger'],
    ] as const) {
      const url = new URL(place)
      url[part] = value
      const db = await open({ newPlace: async () => url.href }, {})
      await expect(readOne(db)).rejects.toMatchObject({ code: 'invalid' })
    }
  })

  it('refuses a number that would be rounded', async () => {
    const db = await open(database, {})
    await expect(sql`select 9007199254740993`.execute(db)).rejects.toMatchObject({ code: 'invalid-value' })
    const { rows } = await sql`select sum(n) as sum, avg(n) as mean from (values (1), (2)) as t (n)`.execute(
      db,
    )
    expect(rows).toEqual([{ sum: 3, mean: 1.5 }])
  })
})

async function open(
  { newPlace }: Pick<TestDatabase, 'newPlace'>,
  options: Partial<PoolOptions>,
): Promise<Kysely<Database>> {
  const pool = new StatePool({
    url: await newPlace(),
    maxConnections: 4,
    statementTimeoutMs: 20_000,
    maxTransactionMs: 20_000,
    sessionParameters: [],
    availability: new Availability(),
    ...options,
  })
  const db = new Kysely<Database>({ dialect: new PostgresDialect(pool) })
  onTestFinished(() => db.destroy())
  return db
}

async function readOne(db: Kysely<Database>): Promise<number | undefined> {
  return (await sql<{ one: number }>`select 1 as one`.execute(db)).rows[0]?.one
}

async function countOpen(db: Kysely<Database>): Promise<number | undefined> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'`.execute(db)
  return rows[0]?.count
}
