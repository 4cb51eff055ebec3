import { connect, createServer, type Socket } from 'node:net'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { describePostgres } from '../../../test/databases.ts'
import { deferred } from '../../../test/deferred.ts'
import { startPostgresCluster } from '../../../test/postgres-cluster.ts'
import { openState, type State } from '../state.ts'

describePostgres('a state whose database goes away', () => {
  it('is reported at once, and works again when it is back', async () => {
    const cluster = await startPostgresCluster()
    const state = await open(cluster.address)
    expect(state.isUp()).toBe(true)
    for (const action of ['stop', 'kill'] as const) {
      const { promise: isStopped, resolve: markStopped } = deferred()
      const failed = state.db.transaction().execute(async (transaction) => {
        await addRow(transaction, `within-${action}`)
        await isStopped
        await addRow(transaction, `after-${action}`)
      })
      failed.catch(() => undefined)
      await cluster.control(action)
      markStopped()
      await expect(failed).rejects.toMatchObject({ code: 'unavailable' })
      await expectDown(state)
      await cluster.control('start')
      await expect
        .poll(
          () =>
            addRow(state.db, `back-${action}`).then(
              () => true,
              () => false,
            ),
          { timeout: 10_000 },
        )
        .toBe(true)
      expect(state.isUp()).toBe(true)
      const names = await readNames(state)
      expect(names).toContain(`back-${action}`)
      expect(names).not.toContain(`within-${action}`)
    }
  })

  it('ends a statement that is running', async () => {
    const cluster = await startPostgresCluster()
    const state = await open(cluster.address)
    const running = sql`select pg_sleep(60)`.execute(state.reports)
    running.catch(() => undefined)
    await expect.poll(() => countSleeping(state), { timeout: 30_000 }).toBe(1)
    await cluster.control('stop')
    await expect(running).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('waits at the start for a database that is starting too', async () => {
    const cluster = await startPostgresCluster()
    await cluster.control('stop')
    await expect(openState(cluster.address, { startWaitMs: 0 })).rejects.toMatchObject({
      code: 'unavailable',
    })
    const opening = open(cluster.address)
    await cluster.control('start')
    expect(await readNames(await opening)).toEqual(['state-id'])
  })
})

describePostgres('a state reached through a pool', (database) => {
  it('does without parameters of the session where they are refused', async () => {
    const place = new URL(await database.newPlace())
    const state = await open(await startStrictPool(place))
    await Promise.all([addRow(state.db, 'one'), addRow(state.relaxed, 'two')])
    expect(await readNames(state)).toEqual(['one', 'state-id', 'two'])
  })

  it('hands the parameters of its address on', async () => {
    const place = new URL(await database.newPlace())
    place.searchParams.set('options', '-c default_statistics_target=77')
    const state = await open(place.href)
    const { rows } = await sql<{ target: string; commit: string }>`
      select current_setting('default_statistics_target') as target,
        current_setting('synchronous_commit') as commit`.execute(state.relaxed)
    expect(rows).toEqual([{ target: '77', commit: 'off' }])
  })
})

/** All the ways fail, none of them slowly: between tries to connect callers are refused at once. */
async function expectDown(state: State): Promise<void> {
  await expect(readNames(state)).rejects.toMatchObject({ code: 'unavailable' })
  expect(state.isUp()).toBe(false)
  const results = await Promise.allSettled(
    [state.db, state.relaxed, state.reports].flatMap((db) =>
      Array.from({ length: 20 }, () => addRow(db, 'none')),
    ),
  )
  for (const result of results) expect(result).toMatchObject({ reason: { code: 'unavailable' } })
}

async function open(address: string): Promise<State> {
  const state = await openState(address)
  if (state === null) throw new Error('an address is not none')
  onTestFinished(() => state.close())
  return state
}

/** Passes everything on to PostgreSQL but sessions with parameters, which it refuses as PgBouncer does. */
async function startStrictPool(place: URL): Promise<string> {
  const folder = decodeURIComponent(place.hostname)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => undefined)
    client.once('data', (first) => {
      if (first.includes('\0options\0')) {
        client.end(errorMessage('unsupported startup parameter: options'))
        return
      }
      const postgres = connect(`${folder}/.s.PGSQL.5432`)
      postgres.on('error', () => client.destroy())
      postgres.write(first)
      client.pipe(postgres).pipe(client)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return `postgres://continuo@127.0.0.1:${port}${place.pathname}`
}

/** An ErrorResponse of the wire protocol. */
function errorMessage(text: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${text}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

async function countSleeping({ db }: State): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}

async function addRow(db: State['db'], name: string): Promise<void> {
  await db.insertInto('settings').values({ name, value: '', changedAt: 0 }).execute()
}

async function readNames({ db }: State): Promise<string[]> {
  return (await db.selectFrom('settings').select('name').orderBy('name').execute()).map(({ name }) => name)
}
