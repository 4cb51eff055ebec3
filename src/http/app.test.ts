import { describe, expect, it } from 'vitest'
import { type Script, ScriptedEngine } from '../../test/scripted-engine.ts'
import {
  createScriptedApp,
  type ScriptedSettings,
  TEST_ORGANIZATION_ID,
} from '../../test/start-scripted-server.ts'
import { DeclaredKeys } from '../accounts/declared-keys.ts'
import { CompletionError } from '../completion/completion-error.ts'
import { ModelCatalog } from '../models/model-catalog.ts'

const HEADERS = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }
const BODY = { model: 'claude-2', prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 16 }
const SHORT: Script = { steps: [' Hi', { ends: 'end-of-generation' }] }

function appOf(script: Script = SHORT, settings?: ScriptedSettings) {
  const engine = new ScriptedEngine(script)
  return { engine, ...createScriptedApp(engine, settings) }
}

function get(path: string, headers: Record<string, string> = HEADERS, method = 'GET'): Request {
  return new Request(`http://continuo${path}`, { method, headers })
}

function post(
  change: { body?: object; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Request {
  return new Request('http://continuo/v1/complete', {
    method: 'POST',
    headers: { ...HEADERS, ...change.headers },
    body: JSON.stringify({ ...BODY, ...change.body }),
    signal: change.signal ?? null,
  })
}

describe('createApp', () => {
  it('logs whose request it was that a guard refused', async () => {
    const keys = new DeclaredKeys({ apiKeys: ['K'], adminKeys: ['ADMIN'], sharedCache: false })
    const { app, logLines } = appOf(SHORT, { keys })
    for (const key of ['ADMIN', 'UNKNOWN'])
      expect((await app.fetch(post({ headers: { 'x-api-key': key } }))).status).toBe(401)
    expect(logLines).toMatchObject([
      { status: 401, errorCode: 'unauthenticated', apiKeyId: expect.stringMatching(/^apikey_/) },
      { status: 401, errorCode: 'unauthenticated' },
    ])
    expect(logLines[1]).not.toHaveProperty('apiKeyId')
  })

  it('makes a completion request of a request, and logs one line', async () => {
    const { app, engine, logLines } = appOf()
    const body = { stop_sequences: ['\n'], temperature: 0.5, top_p: 0.9, top_k: 40 }
    expect((await app.fetch(post({ body }))).status).toBe(200)
    expect(engine.requests).toEqual([
      {
        modelId: 'claude-2.0',
        prompt: {
          kind: 'text',
          text: '\n\nHuman: Hi\n\nAssistant:',
          systemText: '',
          turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
          prefill: '',
          tools: [],
          isThinkingEnabled: false,
          outputSchema: null,
        },
        maxTokens: 16,
        stopSequences: ['\n\nHuman:', '\n'],
        sampling: { temperature: 0.5, topP: 0.9, topK: 40 },
        toolChoice: { type: 'auto' },
        allowsParallelToolCalls: true,
        thinkingBudgetTokens: null,
        cacheScope: expect.stringMatching(/^[\w-]{43}$/),
      },
    ])
    expect(logLines).toEqual([
      {
        message: 'request',
        requestId: expect.stringMatching(/^req_/),
        method: 'POST',
        route: '/v1/complete',
        apiKeyId: expect.stringMatching(/^apikey_/),
        workspaceId: 'default',
        status: 200,
        totalMs: expect.any(Number),
        modelId: 'claude-2.0',
        stream: false,
        promptTokens: 3,
        reusedPromptTokens: 0,
        completionTokens: 1,
        outcome: 'end-of-generation',
        queueMs: null,
        prefillMs: null,
        timeToFirstTokenMs: expect.any(Number),
      },
    ])
  })

  it('logs nothing of a prompt or completion', async () => {
    const { app, logLines } = appOf({ steps: [' SECRET', { throws: new Error('broken') }] })
    const prompt = '\n\nHuman: SECRET\n\nAssistant:'
    await (await app.fetch(post({ body: { prompt } }))).text()
    await (await app.fetch(post({ body: { prompt, stream: true } }))).text()
    await (await app.fetch(post({ body: { prompt: 'SECRET' } }))).text()
    await (await app.fetch(post({ body: { SECRET: 1 } }))).text()
    const broken = new Request('http://continuo/v1/complete', {
      method: 'POST',
      headers: HEADERS,
      body: 'SECRET',
    })
    await (await app.fetch(broken)).text()
    expect(logLines.length).toBeGreaterThanOrEqual(5)
    expect(JSON.stringify(logLines)).not.toContain('SECRET')
  })

  it('gives every response its own request id and the organization', async () => {
    const { app } = appOf()
    const requests = [post(), post({ body: { foo: 1 } }), get('/health'), get('/nope'), get('/v1/complete')]
    const ids = new Set<string | null>()
    for (const request of requests) {
      const { headers } = await app.fetch(request)
      ids.add(headers.get('request-id'))
      expect(headers.get('anthropic-organization-id')).toBe(TEST_ORGANIZATION_ID)
    }
    expect(ids.size).toBe(requests.length)
  })

  it.each([
    ['ready', 200, { status: 'ok' }],
    ['loading', 503, { status: 'loading', reason: 'the model is being loaded' }],
    ['draining', 503, { status: 'draining', reason: 'the server is about to stop' }],
  ] as const)('reports the health %s', async (readiness, status, body) => {
    const { app, engine } = appOf(SHORT, { readiness })
    const response = await app.fetch(get('/health', {}))
    expect([response.status, await response.json()]).toEqual([status, body])
    const completion = await app.fetch(post())
    expect(completion.status).toBe(readiness === 'ready' ? 200 : 529)
    expect(completion.headers.get('retry-after')).toBe(readiness === 'ready' ? null : '5')
    expect(engine.requests).toHaveLength(readiness === 'ready' ? 1 : 0)
  })

  it('is unhealthy while the engine does not respond, but still passes on requests', async () => {
    const { app } = appOf(SHORT, { readiness: 'unresponsive' })
    const response = await app.fetch(get('/health', {}))
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ status: 'unresponsive', reason: 'the engine does not respond' })
    expect((await app.fetch(post())).status).toBe(200)
  })

  it('reports what is wrong with a request while the model is loading', async () => {
    const { app } = appOf(SHORT, { readiness: 'loading' })
    expect((await app.fetch(post({ body: { prompt: 'Hi' } }))).status).toBe(400)
  })

  it('responds with 500 when the engine breaks, and logs the reason', async () => {
    const { app, logLines } = appOf({ steps: [{ throws: new TypeError('out of range') }] })
    const response = await app.fetch(post())
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({
      error: { type: 'api_error', message: 'Internal server error' },
    })
    expect(logLines).toMatchObject([
      { message: 'request failed', err: new TypeError('out of range') },
      { message: 'request', status: 500, outcome: 'engine-failed' },
    ])
  })

  it.each([
    [
      'a value that may not be',
      post({ body: { max_tokens_to_sample: 0 } }),
      400,
      'invalid_request_error',
      'invalid-request',
    ],
    ['an unknown field', post({ body: { unspeakable: 1 } }), 400, 'invalid_request_error', 'invalid-request'],
    ['an unknown path', get('/nowhere?unspeakable', {}), 404, 'not_found_error', 'route-not-found'],
    ['another method', get('/v1/complete', {}), 405, 'invalid_request_error', 'method-not-allowed'],
  ])(
    'logs the type, code, reason and path of a failure, and no value of its request: %s',
    async (_, request, status, errorType, errorCode) => {
      const { app, logLines } = appOf(SHORT)
      await app.fetch(request)
      expect(logLines).toMatchObject([{ message: 'request', status, errorType, errorCode }])
      expect(logLines[0]).toMatchObject({ reason: expect.any(String), path: expect.stringMatching(/^\//) })
      expect(JSON.stringify(logLines)).not.toContain('unspeakable')
    },
  )

  it('responds with 500 to a thrown value that is no error', async () => {
    const { app } = appOf({ beforeStart: [{ throws: 'a string' }], steps: [] })
    expect((await app.fetch(post())).status).toBe(500)
  })

  it('reports that the engine failed and that a retry may help', async () => {
    const failure = new CompletionError('engine-failed', 'The model stopped unexpectedly')
    const { app } = appOf({ steps: [' Half', { throws: failure }] })
    const response = await app.fetch(post())
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([500, 'true'])
    expect(await response.json()).toMatchObject({ error: { message: 'The model stopped unexpectedly' } })
  })

  it("rejects a fetch with its signal's reason", async () => {
    const { app, engine, usageRecords } = appOf({ steps: [' Half', { hangs: true }] })
    const controller = new AbortController()
    const response = app.fetch(post({ signal: controller.signal }))
    response.catch(() => undefined)
    await engine.running.until(1)
    controller.abort(new Error('enough'))
    await expect(response).rejects.toThrow('enough')
    expect(engine.running.value).toBe(0)
    expect(usageRecords).toMatchObject([{ outcome: 'cancelled' }])
  })

  it('sends nothing to the engine for a fetch whose signal has fired', async () => {
    const { app, engine } = appOf()
    await expect(app.fetch(post({ signal: AbortSignal.abort(new Error('enough')) }))).rejects.toThrow(
      'enough',
    )
    expect(engine.requests).toHaveLength(0)
  })

  it('responds with 400 to a body that breaks off', async () => {
    const { app } = appOf()
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error('gone'))
      },
    })
    const init = { method: 'POST', headers: HEADERS, body, duplex: 'half' as const }
    const response = await app.fetch(new Request('http://continuo/v1/complete', init))
    expect(response.status).toBe(400)
  })

  it('refuses a body of unknown length at the limit', async () => {
    const { app } = appOf()
    let pieces = 0
    const body = new ReadableStream({
      pull(controller) {
        pieces += 1
        controller.enqueue(new Uint8Array(1024 * 1024))
      },
    })
    const init = { method: 'POST', headers: HEADERS, body, duplex: 'half' as const }
    const response = await app.fetch(new Request('http://continuo/v1/complete', init))
    expect(response.status).toBe(413)
    expect(pieces).toBeLessThan(40)
  })

  it('accepts any key where none is configured, but requires one', async () => {
    const { app } = appOf(SHORT, { apiKeys: [] })
    expect((await app.fetch(post({ headers: { 'x-api-key': 'whatever' } }))).status).toBe(200)
    expect((await app.fetch(post({ headers: { 'x-api-key': '' } }))).status).toBe(401)
  })

  it('requires a key and a version for the models', async () => {
    const { app } = appOf()
    expect((await app.fetch(get('/v1/models', { 'anthropic-version': '2023-06-01' }))).status).toBe(401)
    expect((await app.fetch(get('/v1/models', { 'x-api-key': 'K' }))).status).toBe(400)
    expect((await app.fetch(get('/v1/models'))).status).toBe(200)
  })

  it.each(['org/model', 'org%2Fmodel', 'org%2Fmodel?x=1'])(
    'finds a model whose id has a slash: %s',
    async (path) => {
      const catalog = new ModelCatalog({ configuredModelIds: [{ id: 'org/model' }] })
      const { app } = appOf(SHORT, { catalog })
      const response = await app.fetch(get(`/v1/models/${path}`))
      expect(await response.json()).toMatchObject({ type: 'model', id: 'org/model' })
    },
  )

  it('responds to HEAD as to GET, without a body', async () => {
    const { app } = appOf()
    for (const path of ['/health', '/v1/models', '/v1/models/claude-2']) {
      const response = await app.fetch(get(path, HEADERS, 'HEAD'))
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
    expect((await app.fetch(get('/v1/complete', HEADERS, 'HEAD'))).status).toBe(405)
  })

  it.each([
    ['/v1/complete', 'POST'],
    ['/v1/models', 'GET, HEAD'],
    ['/v1/models/claude-2', 'GET, HEAD'],
    ['/health', 'GET, HEAD'],
  ])('responds with 405 to other methods of %s', async (path, allow) => {
    const { app } = appOf()
    const response = await app.fetch(get(path, HEADERS, 'DELETE'))
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  })

  it('responds to a preflight without a key', async () => {
    const { app } = appOf()
    const headers = {
      origin: 'https://page.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-api-key,anthropic-dangerous-direct-browser-access',
    }
    const response = await app.fetch(get('/v1/complete', headers, 'OPTIONS'))
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'x-api-key,anthropic-dangerous-direct-browser-access',
      'access-control-max-age': '600',
    })
  })

  it('refuses all browsers where they are not allowed', async () => {
    const { app } = appOf(SHORT, { rules: { allowBrowsers: false } })
    const headers = { origin: 'https://page.example', 'anthropic-dangerous-direct-browser-access': 'true' }
    const response = await app.fetch(post({ headers }))
    expect(response.status).toBe(401)
    expect(response.headers.has('access-control-allow-origin')).toBe(false)
    const preflight = get('/v1/complete', { ...headers, 'access-control-request-method': 'POST' }, 'OPTIONS')
    expect((await app.fetch(preflight)).headers.has('access-control-allow-origin')).toBe(false)
  })

  it("releases a request's memory however the request ends", async () => {
    const hanging = { yields: { type: 'text-delta', text: ' Half', completionTokens: 1 } } as const
    const { app, engine } = appOf(
      {
        steps: ({ maxTokens }) =>
          maxTokens === 1
            ? [hanging, { hangs: true }]
            : maxTokens === 2
              ? [hanging, { throws: new Error('broken') }]
              : [' Hi', { ends: 'end-of-generation' }],
      },
      { maxRequestMemoryBytes: 16 * 1024 * 1024 },
    )
    Object.assign(engine, { contextWindowTokens: Number.POSITIVE_INFINITY })
    const prompt = `\n\nHuman: ${'word '.repeat(200_000)}\n\nAssistant:`
    const send = (body: object, signal?: AbortSignal) =>
      app.fetch(post({ body: { prompt, ...body }, ...(signal === undefined ? {} : { signal }) }))
    // There is room for two at once: each of the ways would fill it if it let nothing go.
    for (let round = 0; round < 3; round++) {
      expect((await send({ max_tokens_to_sample: 16 })).status).toBe(200)
      const stream = await send({ max_tokens_to_sample: 16, stream: true })
      expect(stream.status).toBe(200)
      expect(await stream.text()).toContain('stop_sequence')
      expect((await send({ max_tokens_to_sample: 0 })).status).toBe(400)
      expect((await send({ max_tokens_to_sample: 2 })).status).toBe(500)
      const cancelled = await send({ max_tokens_to_sample: 1, stream: true })
      expect(cancelled.status).toBe(200)
      await cancelled.body?.cancel()
      const disconnect = new AbortController()
      const disconnected = send({ max_tokens_to_sample: 1 }, disconnect.signal)
      await engine.running.until(1)
      disconnect.abort()
      await expect(disconnected).rejects.toThrow()
    }
    const held = await Promise.all([1, 2, 3].map(() => send({ max_tokens_to_sample: 1, stream: true })))
    expect(held.map(({ status }) => status).sort()).toEqual([200, 200, 529])
    await Promise.all(held.map(({ body }) => body?.cancel()))
  })
})
