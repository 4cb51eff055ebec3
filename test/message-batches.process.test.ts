import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openContinuo } from '../src/open-continuo.ts'
import type { State } from '../src/state/state.ts'
import { BatchClient, goodRequest } from './batch-client.ts'
import { checkUsageSums } from './check-usage-sums.ts'
import { describeOnDatabases, describePostgres, newFolder, type TestDatabase } from './databases.ts'
import { DECLARED_KEY, StateServer, startCountingUpstream } from './state-server.ts'

/** `.ci/run` may ask for more. */
const REQUESTS = Number(process.env.CONTINUO_TEST_BATCH_REQUESTS ?? 300)
const INSTANCES = 3
/** Kills an instance in this interval until all requests have ended; 0 for a few times at moments of the work. */
const KILL_MS = Number(process.env.CONTINUO_TEST_BATCH_KILL_MS ?? 0)
/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 60_000 }
const IMAGE_ELSEWHERE = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }
const PRICES = { '*': { input: 2, output: 10 } }

interface OpenSettings {
  readonly kind?: 'openai-chat' | 'openai-completions'
  readonly [setting: string]: unknown
}

/** A server in this process. */
async function openOn(place: string, { kind = 'openai-chat', ...settings }: OpenSettings) {
  const upstream = await startCountingUpstream(kind)
  const folder = await newFolder()
  const configPath = join(folder, 'continuo.json')
  const images = kind === 'openai-chat' ? { images: true } : {}
  const remote = { kind, baseUrls: [upstream.url], model: 'remote-model', ...images }
  writeFileSync(
    configPath,
    JSON.stringify({
      apiKeys: [DECLARED_KEY],
      stateFolder: folder,
      engines: { remote },
      prices: PRICES,
      ...settings,
    }),
  )
  const continuo = await openContinuo({ configPath, state: place })
  onTestFinished(() => continuo.close())
  return new BatchClient((path, init) => continuo.fetch(`http://continuo${path}`, init), DECLARED_KEY)
}

async function open(database: TestDatabase, settings: OpenSettings = {}) {
  const place = await database.newPlace()
  return { client: await openOn(place, settings), state: await database.open({ place }) }
}

const usageOf = ({ db }: State) =>
  db
    .selectFrom('requests')
    .select(['product', 'serviceTier', 'batchId', 'status', 'outcome', 'outputTokens', 'outputCost'])
    .orderBy('outputTokens')
    .execute()

describeOnDatabases('a batch of text completions', (database) => {
  const prompt = '\n\nHuman: Count.\n\nAssistant:'
  const completion = (customId: string, params: object = {}) => ({
    custom_id: customId,
    params: { model: 'claude-2.1', max_tokens_to_sample: 16, prompt, ...params },
  })

  it('has the results that the route of its requests gives, at the price of batches', PATIENT, async () => {
    const { client, state } = await open(database)
    const { id, status } = await client.call('POST', '/continuo/complete/batches', {
      requests: [
        completion('good'),
        completion('bad', { prompt: 7 }),
        completion('streamed', { stream: true }),
      ],
    })
    expect([status, id]).toEqual([200, expect.stringMatching(/^msgbatch_/)])
    await client.ended(id)
    const results = await client.results(id)
    expect(results.get('good')).toMatchObject({
      type: 'succeeded',
      completion: { type: 'completion', stop_reason: 'stop_sequence', completion: expect.any(String) },
    })
    expect(results.get('bad')).toMatchObject({
      type: 'errored',
      error: { error: { type: 'invalid_request_error', message: expect.stringContaining('prompt') } },
    })
    expect(results.get('streamed')).toMatchObject({
      type: 'errored',
      error: { error: { message: 'stream: requests of a batch cannot be streamed' } },
    })
    const [row] = (await usageOf(state)).filter(({ outputTokens }) => outputTokens > 0)
    expect(row).toMatchObject({ product: 'message_batches_api', serviceTier: 'batch', outputCost: 25_000 })
  })

  it('may be of the Text Completions of OpenAI', PATIENT, async () => {
    const { client } = await open(database, { kind: 'openai-completions' })
    const params = { model: 'claude-2.1', prompt: 'Count:', max_tokens: 16 }
    const requests = [
      { custom_id: 'good', params },
      { custom_id: 'bad', params: { ...params, prompt: {} } },
    ]
    const { id } = await client.call('POST', '/continuo/completions/batches', { requests })
    await client.ended(id)
    const results = await client.results(id)
    expect(results.get('good')).toMatchObject({
      type: 'succeeded',
      completion: { object: 'text_completion', choices: [{ finish_reason: 'stop' }] },
    })
    // The error is as this API sends it.
    expect(results.get('bad')).toMatchObject({
      type: 'errored',
      error: { error: { message: expect.stringContaining('prompt'), code: expect.any(String) } },
    })
  })
})

describeOnDatabases('a message batch', (database) => {
  it('gives each request the result that it would have had alone, and charges half', PATIENT, async () => {
    const { client, state } = await open(database)
    const created = await client.call('POST', '', {
      requests: [
        goodRequest('good'),
        goodRequest('bad', { messages: [] }),
        goodRequest('streamed', { stream: true }),
        goodRequest('empty', { max_tokens: 0 }),
        goodRequest('picture', { messages: [{ role: 'user', content: [IMAGE_ELSEWHERE] }] }),
        { custom_id: 'nothing', params: {} },
      ],
    })
    const { id } = created
    expect(created).toEqual({
      status: 200,
      id: expect.stringMatching(/^msgbatch_01\w{22}$/),
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: 6, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      ended_at: null,
      created_at: expect.any(String),
      expires_at: expect.any(String),
      archived_at: null,
      cancel_initiated_at: null,
      results_url: null,
    })
    expect(Date.parse(created.expires_at) - Date.parse(created.created_at)).toBe(24 * 60 * 60_000)
    expect(await client.ended(id)).toMatchObject({
      request_counts: { processing: 0, succeeded: 1, errored: 5, canceled: 0, expired: 0 },
      ended_at: expect.any(String),
      results_url: `/v1/messages/batches/${id}/results`,
    })
    const results = await client.results(id)
    expect([...results.keys()]).toEqual(['good', 'bad', 'streamed', 'empty', 'picture', 'nothing'])
    expect(results.get('good')).toMatchObject({
      type: 'succeeded',
      message: {
        type: 'message',
        content: [{ type: 'text', text: 'One two three four five' }],
        stop_reason: 'end_turn',
        usage: { service_tier: 'batch', output_tokens: 5 },
      },
    })
    const messageOf = (customId: string) => results.get(customId).error.error.message
    expect(results.get('bad')).toMatchObject({
      type: 'errored',
      error: { type: 'error', error: { type: 'invalid_request_error' }, request_id: expect.any(String) },
    })
    expect(messageOf('bad')).toBe('messages: at least one message is required')
    expect(messageOf('streamed')).toBe('stream: requests of a message batch cannot be streamed')
    expect(messageOf('empty')).toBe('max_tokens: Input should be greater than or equal to 1')
    expect(messageOf('picture')).toMatch(/Images are not fetched by this server/)
    expect(messageOf('nothing')).toMatch(/Field required$/)
    const rows = await usageOf(state)
    const shared = { product: 'message_batches_api', serviceTier: 'batch', batchId: id }
    expect(rows).toEqual([
      ...Array(5).fill({ ...shared, status: 400, outcome: 'refused', outputTokens: 0, outputCost: 0 }),
      // Five tokens at 10 dollars a million, halved, in nano-dollars.
      { ...shared, status: 200, outcome: 'completed', outputTokens: 5, outputCost: 25_000 },
    ])
    await checkUsageSums(state)
  })

  it(
    'is listed, the newest first, for its workspace only, and is deleted when it has ended',
    PATIENT,
    async () => {
      const { client } = await open(database, { batches: { concurrency: 0 } })
      const ids: string[] = []
      for (let n = 0; n < 3; n++) {
        ids.unshift((await client.call('POST', '', { requests: [goodRequest('a')] })).id)
        await delay(2)
      }
      const page = await client.call('GET', '?limit=2')
      expect(page).toMatchObject({ has_more: true, first_id: ids[0], last_id: ids[1] })
      const rest = await client.call('GET', `?limit=2&after_id=${ids[1]}`)
      expect(rest).toMatchObject({ has_more: false, first_id: ids[2], last_id: ids[2] })
      expect((await client.call('GET', '?limit=1&after_id=after_id&before_id=before_id')).status).toBe(200)
      expect(await client.call('DELETE', `/${ids[0]}`)).toMatchObject({
        status: 400,
        error: { message: `Message batch ${ids[0]} is still processing. Cancel it first.` },
      })
      expect(await client.call('GET', `/${ids[0]}/results`)).toMatchObject({ status: 400 })
      const canceled = await client.call('POST', `/${ids[0]}/cancel`)
      expect(canceled).toMatchObject({
        processing_status: 'ended',
        cancel_initiated_at: expect.any(String),
        request_counts: { processing: 0, succeeded: 0, errored: 0, canceled: 1, expired: 0 },
      })
      expect([...(await client.results(ids[0] ?? ''))]).toEqual([['a', { type: 'canceled' }]])
      expect(await client.call('POST', `/${ids[0]}/cancel`)).toEqual(canceled)
      expect(await client.call('DELETE', `/${ids[0]}`)).toEqual({
        status: 200,
        id: ids[0],
        type: 'message_batch_deleted',
      })
      for (const [method, path] of [
        ['GET', ''],
        ['DELETE', ''],
        ['GET', '/results'],
        ['POST', '/cancel'],
      ] as const) {
        expect(await client.call(method, `/${ids[0]}${path}`)).toMatchObject({
          status: 404,
          error: { type: 'not_found_error', message: `Message batch ${ids[0]} not found.` },
        })
      }
      expect((await client.call('GET', '')).data).toHaveLength(2)
    },
  )

  it('is refused as a whole, and leaves nothing, where its envelope is wrong', PATIENT, async () => {
    const { client, state } = await open(database, { batches: { concurrency: 0 } })
    const many = Array.from({ length: 1_200 }, (_, n) => goodRequest(`r${n}`))
    const cases: readonly [string | object, string][] = [
      [
        { requests: [...many, goodRequest('r7')] },
        'requests: custom_id must be unique within the batch. Duplicate value: "r7"',
      ],
      [
        { requests: [...many, goodRequest('a'.repeat(65))] },
        'requests.1200.custom_id: String should have at most 64 characters',
      ],
      [{ requests: [goodRequest('')] }, 'requests.0.custom_id: String should have at least 1 character'],
      [
        { requests: [goodRequest('a b')] },
        "requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
      ],
      [{ requests: [{ custom_id: 'a' }] }, 'requests.0.params: Field required'],
      [{ requests: [{ ...goodRequest('a'), more: 1 }] }, 'requests.0.more: Extra inputs are not permitted'],
      [{ requests: [] }, 'requests: List should have at least 1 item after validation, not 0'],
      [
        '{"requests":[{"custom_id":"a","params":{,}}]}',
        'requests.0: The request body is not valid JSON: unexpected character: line 1 column 28 (char 27)',
      ],
      ['', 'The request body is not valid JSON: unexpected end of data'],
    ]
    for (const [body, message] of cases) {
      const refused = await client.call('POST', '', body)
      expect(refused).toMatchObject({ status: 400, error: { type: 'invalid_request_error' } })
      expect(refused.error.message).toBe(message)
    }
    for (const table of ['messageBatches', 'batchRequests'] as const) {
      expect(await state.db.selectFrom(table).selectAll().execute()).toEqual([])
    }
  })

  it('is refused as a whole where the last of 100,000 requests is broken', { timeout: 180_000 }, async () => {
    const { client, state } = await open(database, { batches: { concurrency: 0 } })
    const good = Array.from({ length: 99_999 }, (_, n) => JSON.stringify(goodRequest(`r${n}`))).join(',')
    for (const [last, message] of [
      ['{"custom_id":"last","params":', /^The request body is not valid JSON/],
      ['{"custom_id":"last"}]}', /^requests\.99999\.params: Field required$/],
      [JSON.stringify(goodRequest('r0')).concat(']}'), /^requests: custom_id must be unique/],
    ] as const) {
      const refused = await client.call('POST', '', `{"requests":[${good},${last}`)
      expect(refused).toMatchObject({ status: 400, error: { type: 'invalid_request_error' } })
      expect(refused.error.message).toMatch(message)
    }
    expect((await client.call('GET', '')).data).toEqual([])
    for (const table of ['messageBatches', 'batchRequests'] as const) {
      expect(await state.db.selectFrom(table).selectAll().limit(1).execute()).toEqual([])
    }
  })
})

describe('a server for test suites', () => {
  it(
    'finds the batches that suites take for granted, also after it was asked to delete them',
    PATIENT,
    async () => {
      const client = await openOn('memory', { conformance: { messageBatches: ['message_batch_id'] } })
      for (let round = 0; round < 2; round++) {
        for (const [method, path] of [
          ['POST', '/cancel'],
          ['GET', ''],
          ['DELETE', ''],
        ] as const) {
          expect((await client.call(method, `/message_batch_id${path}`)).status).toBe(200)
        }
      }
      expect(await client.results('message_batch_id')).toEqual(new Map())
    },
  )
})

describePostgres('a message batch on several instances, which are killed again and again', (database) => {
  it(`has one result and one usage row for each of ${REQUESTS} requests`, {
    timeout: 120_000 + REQUESTS * 100,
  }, async () => {
    const upstream = await startCountingUpstream()
    const options = {
      place: await database.newPlace(),
      stateFolder: await newFolder(),
      upstreamUrl: upstream.url,
      settings: { prices: PRICES, logLevel: 'error' },
    }
    const servers = await Promise.all(Array.from({ length: INSTANCES }, () => StateServer.start(options)))
    let current = servers[0] as StateServer
    const client = new BatchClient((path, init) => fetch(`${current.url}${path}`, init), DECLARED_KEY)
    const requests = Array.from({ length: REQUESTS }, (_, n) => goodRequest(`r${n}`))
    const { id } = await client.call('POST', '', { requests })
    const state = await database.open({ place: options.place })
    const remainingOf = async () =>
      (await state.db.selectFrom('messageBatches').select('remaining').executeTakeFirstOrThrow()).remaining
    let kills = 0
    async function killNext() {
      const index = kills++ % INSTANCES
      await servers[index]?.kill()
      current = await StateServer.start(options)
      servers[index] = current
    }
    if (KILL_MS > 0) {
      while ((await remainingOf()) > 0) {
        await delay(KILL_MS)
        await killNext()
      }
    }
    for (let killedAt = REQUESTS; kills < INSTANCES; ) {
      await expect.poll(remainingOf, { timeout: 60_000, interval: 20 }).toBeLessThan(killedAt)
      killedAt -= Math.floor(REQUESTS / (INSTANCES + 1))
      await killNext()
    }
    expect(await client.ended(id, 60_000 + REQUESTS * 100)).toMatchObject({
      request_counts: { processing: 0, succeeded: REQUESTS, errored: 0, canceled: 0, expired: 0 },
    })
    const results = await client.results(id)
    expect(results.size).toBe(REQUESTS)
    const rows = await state.db.selectFrom('requests').select(['batchId', 'status', 'outputCost']).execute()
    expect(rows).toEqual(Array(REQUESTS).fill({ batchId: id, status: 200, outputCost: 25_000 }))
    await checkUsageSums(state)
  })
})
