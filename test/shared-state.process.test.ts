import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openContinuo } from '../src/open-continuo.ts'
import type { State } from '../src/state/state.ts'
import { checkUsageSums } from './check-usage-sums.ts'
import { describeOnDatabases, describePostgres, newFolder, type TestDatabase } from './databases.ts'
import { startPostgresCluster } from './postgres-cluster.ts'
import { readMetrics, sumOf } from './read-metrics.ts'
import {
  DECLARED_ADMIN_KEY,
  DECLARED_KEY,
  StateServer,
  type StateServerOptions,
  startCountingUpstream,
} from './state-server.ts'

// Whole servers, as processes, on one state.

/** `.ci/run` asks for more. */
const KILLS = Number(process.env.CONTINUO_TEST_KILLS ?? 3)
const CLIENTS = 8
/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 30_000, interval: 50 }

async function optionsOn(database: TestDatabase): Promise<StateServerOptions> {
  const upstream = await startCountingUpstream()
  return { place: await database.newPlace(), stateFolder: await newFolder(), upstreamUrl: upstream.url }
}

/** Clients that send requests until the server is gone, and the ids of those whose response arrived whole. */
function keepAsking(server: StateServer, acknowledged: string[]): Promise<unknown> {
  const ask = async (_: unknown, client: number) => {
    for (let n = 0; ; n++) {
      const completed = await server.complete(DECLARED_KEY, (client + n) % 2 === 0)
      if (completed === null) return
      expect(completed.status).toBe(200)
      acknowledged.push(completed.requestId)
    }
  }
  return Promise.all(Array.from({ length: CLIENTS }, ask))
}

async function readRequestIds({ db }: State): Promise<string[]> {
  const rows = await db.selectFrom('requests').select('requestId').execute()
  return rows.map(({ requestId }) => requestId)
}

async function createKey(server: StateServer): Promise<{ id: string; secret: string }> {
  const response = await server.send('/continuo/api_keys', DECLARED_ADMIN_KEY, { name: 'test' })
  expect(response.status).toBe(200)
  const { id, secret } = (await response.json()) as { id: string; secret: string }
  return { id, secret }
}

const scrape = async (server: StateServer) =>
  readMetrics(await (await server.send('/metrics', DECLARED_KEY)).text())

const statusOf = async (server: StateServer, key: string) => (await server.complete(key))?.status

describeOnDatabases('a server that is killed', (database) => {
  it(`has recorded every response that arrived whole, through ${KILLS} times kill -9 under load`, {
    timeout: 60_000 + KILLS * 15_000,
  }, async () => {
    const options = await optionsOn(database)
    const acknowledged: string[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const server = await StateServer.start(options)
      const before = acknowledged.length
      const asking = keepAsking(server, acknowledged)
      await expect.poll(() => acknowledged.length, PATIENT).toBeGreaterThan(before + 50)
      // Somewhere between two commits.
      await delay((kill * 37) % 100)
      await server.kill()
      await asking
    }
    const last = await StateServer.start(options)
    expect(await statusOf(last, DECLARED_KEY)).toBe(200)
    await last.stop()
    const state = await database.open({ place: options.place })
    const recorded = new Set(await readRequestIds(state))
    expect(acknowledged.filter((id) => !recorded.has(id))).toEqual([])
    // A server may die between a row and the last byte of its response.
    expect(recorded.size - acknowledged.length - 1).toBeLessThanOrEqual(KILLS * CLIENTS)
    await checkUsageSums(state)
  })
})

describeOnDatabases('two servers on one state', (database) => {
  it('start at the same moment, and refuse a key on one that was revoked on the other', {
    timeout: 60_000,
  }, async () => {
    const options = await optionsOn(database)
    const [first, second] = await Promise.all([StateServer.start(options), StateServer.start(options)])
    const { id, secret } = await createKey(first)
    expect(await statusOf(first, secret)).toBe(200)
    // It looks up at once what it does not know.
    expect(await statusOf(second, secret)).toBe(200)
    const revoked = await first.send(`/v1/organizations/api_keys/${id}`, DECLARED_ADMIN_KEY, {
      status: 'inactive',
    })
    expect(revoked.status).toBe(200)
    expect(await statusOf(first, secret)).toBe(401)
    await expect.poll(() => statusOf(second, secret), PATIENT).toBe(401)
    expect(await statusOf(second, DECLARED_KEY)).toBe(200)
    const organizations = await Promise.all(
      [first, second].map(async (server) => (await server.send('/v1/models', DECLARED_KEY)).headers),
    )
    const [one, other] = organizations.map((headers) => headers.get('anthropic-organization-id'))
    expect(one).toBe(other)
    await Promise.all([first.stop(), second.stop()])
    const state = await database.open({ place: options.place })
    await checkUsageSums(state)
  })
})

describeOnDatabases('openContinuo', (database) => {
  it('keeps a state only where it is asked to', async () => {
    const { place, upstreamUrl } = await optionsOn(database)
    const folder = await newFolder()
    const configPath = join(folder, 'continuo.json')
    const remote = { kind: 'openai-chat', baseUrls: [upstreamUrl], model: 'remote-model' }
    writeFileSync(configPath, JSON.stringify({ engines: { remote }, stateFolder: folder }))
    for (const state of ['none', place]) {
      const continuo = await openContinuo({ configPath, state })
      const response = await continuo.fetch('http://continuo/v1/complete', {
        method: 'POST',
        headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({
          model: 'claude-2.1',
          prompt: '\n\nHuman: Count.\n\nAssistant:',
          max_tokens_to_sample: 16,
        }),
      })
      expect(response.status).toBe(200)
      expect(continuo.stateName === null).toBe(state === 'none')
      await continuo.close()
    }
    const state = await database.open({ place })
    const rows = await state.db.selectFrom('requests').select(['path', 'apiKeyId', 'workspaceId']).execute()
    expect(rows).toEqual([{ path: '/v1/complete', apiKeyId: '', workspaceId: 'default' }])
  })
})

describePostgres('a server whose database is gone', () => {
  it('serves the keys that it knows, calls no key wrong, and records what was used when it is back', {
    timeout: 90_000,
  }, async () => {
    const cluster = await startPostgresCluster()
    const upstream = await startCountingUpstream()
    const options = { place: cluster.address, stateFolder: await newFolder(), upstreamUrl: upstream.url }
    const server = await StateServer.start(options)
    const { secret } = await createKey(server)
    expect(await statusOf(server, secret)).toBe(200)
    await cluster.control('stop')
    for (const key of [secret, DECLARED_KEY]) expect(await statusOf(server, key)).toBe(200)
    expect(await statusOf(server, 'unknown')).toBe(529)
    const down = await scrape(server)
    expect(sumOf(down, 'continuo_state_up')).toBe(0)
    expect(sumOf(down, 'continuo_usage_journal_bytes')).toBeGreaterThan(0)
    await cluster.control('start')
    await expect.poll(() => statusOf(server, 'unknown'), PATIENT).toBe(401)
    const metric = async (name: string) => sumOf(await scrape(server), name)
    await expect.poll(() => metric('continuo_usage_journal_bytes'), PATIENT).toBe(0)
    expect(await metric('continuo_usage_rows_written_total')).toBe(3)
    expect(await metric('continuo_state_up')).toBe(1)
    await server.stop()
  })

  it('serves no key but declared ones when it has been gone for too long', { timeout: 60_000 }, async () => {
    const cluster = await startPostgresCluster()
    const upstream = await startCountingUpstream()
    const server = await StateServer.start({
      place: cluster.address,
      stateFolder: await newFolder(),
      upstreamUrl: upstream.url,
      settings: { state: { staleSeconds: 10 } },
    })
    const { secret } = await createKey(server)
    expect(await statusOf(server, secret)).toBe(200)
    await cluster.control('stop')
    await expect.poll(() => statusOf(server, secret), PATIENT).toBe(529)
    expect(await statusOf(server, DECLARED_KEY)).toBe(200)
    // It does not wait for the database to stop.
    await server.stop()
    expect(server.process.child.exitCode).toBe(0)
  })
})
