import Anthropic from '@anthropic-ai/sdk'
import { expect, it } from 'vitest'
import { describeOnDatabases, newFolder, type TestDatabase } from './databases.ts'
import { readMetrics, sumOf } from './read-metrics.ts'
import { DECLARED_ADMIN_KEY, DECLARED_KEY, StateServer, startCountingUpstream } from './state-server.ts'

// Limits of whole servers, as processes, on one state.

/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 30_000, interval: 100 }
const TIMEOUT = { timeout: 60_000 }

async function startServers(database: TestDatabase, settings: object, count = 2): Promise<StateServer[]> {
  const upstream = await startCountingUpstream()
  const options = { place: await database.newPlace(), stateFolder: await newFolder() }
  const start = () => StateServer.start({ ...options, upstreamUrl: upstream.url, settings })
  return Promise.all(Array.from({ length: count }, start))
}

/** Sends a request of the Admin API and returns its JSON. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
async function administer(server: StateServer | undefined, path: string, body?: object): Promise<any> {
  const response = await server?.send(path, DECLARED_ADMIN_KEY, body)
  expect(response?.status).toBe(200)
  return response?.json()
}

const MESSAGE = {
  model: 'claude-2.1',
  max_tokens: 16,
  messages: [{ role: 'user' as const, content: 'Count.' }],
}

describeOnDatabases('limits of several servers', (database) => {
  it('hold for all together, and official clients wait as the headers ask', TIMEOUT, async () => {
    const limits = { keys: { Notebook: { requestsPerMinute: 30 } } }
    const servers = await startServers(database, { limits })
    const [first] = servers
    const { secret } = await administer(first, '/continuo/api_keys', { name: 'Notebook' })
    const clients = servers.map(({ url }) => new Anthropic({ baseURL: url, apiKey: secret, maxRetries: 0 }))
    const ask = async (client: Anthropic | undefined) => client?.messages.create(MESSAGE).withResponse()
    // The other server may not know the name of the new key yet.
    await expect
      .poll(async () => {
        const responses = await Promise.all(clients.map(ask))
        return responses.map((one) => one?.response.headers.get('anthropic-ratelimit-requests-limit'))
      }, PATIENT)
      .toEqual(['30', '30'])
    let admitted = 0
    let refusal: unknown = null
    for (let n = 0; refusal === null; n++) {
      await ask(clients[n % 2]).then(
        () => (admitted += 1),
        (error: unknown) => (refusal = error),
      )
    }
    expect(admitted).toBeGreaterThan(10)
    expect(admitted).toBeLessThanOrEqual(30)
    expect(refusal).toBeInstanceOf(Anthropic.RateLimitError)
    const { headers } = refusal as InstanceType<typeof Anthropic.RateLimitError>
    expect(headers?.get('anthropic-ratelimit-requests-remaining')).toBe('0')
    const waitSeconds = Number(headers?.get('retry-after'))
    expect(waitSeconds).toBeGreaterThanOrEqual(1)
    expect(waitSeconds).toBeLessThanOrEqual(2)
    const startedMs = performance.now()
    const patient = new Anthropic({ baseURL: first?.url ?? '', apiKey: secret })
    expect(await patient.messages.create(MESSAGE)).toMatchObject({ role: 'assistant' })
    expect(performance.now() - startedMs).toBeGreaterThan(500)
    const metrics = readMetrics((await (await first?.send('/metrics', DECLARED_KEY))?.text()) ?? '')
    expect(sumOf(metrics, 'continuo_limit_leases_total', { outcome: 'granted' })).toBeGreaterThan(5)
  })

  it('change on every server when the Admin API changes them', TIMEOUT, async () => {
    const servers = await startServers(database, {})
    const [first] = servers
    const workspace = await administer(first, '/v1/organizations/workspaces', { name: 'Research' })
    const { secret } = await administer(first, '/continuo/api_keys', {
      name: 'k',
      workspace_id: workspace.id,
    })
    const { data } = await administer(first, '/v1/organizations/rate_limits')
    const path = `/v1/organizations/workspaces/${workspace.id}/rate_limits/${data[0].id}`
    const limitOf = async (server: StateServer) =>
      (await server.send('/v1/messages', secret, MESSAGE)).headers.get('anthropic-ratelimit-requests-limit')
    for (const value of [100, 50, null]) {
      await administer(first, path, { limits: [{ type: 'requests_per_minute', value }] })
      const expected = value === null ? null : String(value)
      await expect.poll(() => Promise.all(servers.map(limitOf)), PATIENT).toEqual([expected, expected])
    }
  })

  it('of money are reached by all together, and stay so through kill -9', TIMEOUT, async () => {
    // A request costs about a cent.
    const settings = { prices: { '*': { input: 500, output: 500 } } }
    const servers = await startServers(database, settings)
    const [first, second] = servers
    const { id, secret } = await administer(first, '/continuo/api_keys', { name: 'k' })
    const setLimit = (amount: string) =>
      administer(first, '/v1/organizations/spend_limits', {
        amount,
        scope: { type: 'api_key', api_key_id: id },
      })
    await setLimit('10')
    await expect
      .poll(async () => {
        const responses = await Promise.all(
          servers.map((server) => server.send('/v1/messages', secret, MESSAGE)),
        )
        return responses.map(({ status }) => status)
      }, PATIENT)
      .toEqual([429, 429])
    const refused = await second?.send('/v1/messages', secret, MESSAGE)
    expect(refused?.headers.get('x-should-retry')).toBe('false')
    expect(refused?.headers.get('retry-after')).toBeNull()
    expect(await refused?.json()).toMatchObject({
      error: {
        type: 'rate_limit_error',
        message: expect.stringMatching(
          /^You have reached your specified API usage limits for this API key\./,
        ),
        details: { error_code: 'enforced_spend_limit_reached' },
      },
    })
    // At most the requests that ran at the same time were too many.
    const spent = await spentBy(first, id, 9.5)
    expect(spent).toBeLessThanOrEqual(13)
    await second?.kill()
    expect((await first?.send('/v1/messages', secret, MESSAGE))?.status).toBe(429)
    await setLimit('1000')
    await expect
      .poll(async () => (await first?.send('/v1/messages', secret, MESSAGE))?.status, PATIENT)
      .toBe(200)
  })
})

/** Cents that a key has spent, as the report shows them once they are recorded: `leastCents` at least. */
async function spentBy(
  server: StateServer | undefined,
  apiKeyId: string,
  leastCents: number,
): Promise<number> {
  const start = `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`
  const path = `/v1/organizations/cost_report?starting_at=${start}&group_by[]=api_key_id`
  const read = async () => {
    const { data } = await administer(server, path)
    const results: { api_key_id: string; amount: string }[] = data.flatMap(
      ({ results }: { results: object[] }) => results,
    )
    return results
      .filter((result) => result.api_key_id === apiKeyId)
      .reduce((sum, { amount }) => sum + Number(amount), 0)
  }
  let last = await read()
  // Each server records its rows some tenths of a second later, a busy one later still.
  await expect
    .poll(
      async () => {
        const before = last
        last = await read()
        return last === before ? last : 0
      },
      { ...PATIENT, interval: 500 },
    )
    .toBeGreaterThanOrEqual(leastCents)
  return last
}
