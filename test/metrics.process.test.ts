import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../src/completion/completion-request.ts'
import { rawPrompt } from '../src/completion/prompt.ts'
import { resolveConfig } from '../src/config/resolve-config.ts'
import type { LlamaEngine } from '../src/engines/llama/llama-engine.ts'
import { type RunningServer, serve } from '../src/http/server/serve.ts'
import { type Continuo, startContinuo } from '../src/open-continuo.ts'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { processIdOf } from './process-id-of.ts'
import { readMetrics, type Sample, sumOf } from './read-metrics.ts'
import { jsonScript, ScriptedUpstream } from './scripted-upstream.ts'
import { countingModel, promptTokensOf } from './upstream-model.ts'

/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 15_000 }

const folder = mkdtempSync(join(tmpdir(), 'continuo-metrics-'))
let upstream: ScriptedUpstream
let continuo: Continuo
let server: RunningServer

/** One sequence, so that a second request waits, and one place in the queue, so that a third is refused. */
const EMBEDDED = {
  model: 'random.gguf',
  contextWindowTokens: 8192,
  maxSequences: 1,
  maxQueuedRequests: 1,
  threads: 1,
  kvCache: 'unified',
  flashAttention: false,
}

beforeAll(async () => {
  writeRandomGguf(join(folder, 'random.gguf'), { contextTokens: 8192 })
  upstream = await ScriptedUpstream.start(countingModel('openai-chat'))
  const configPath = join(folder, 'continuo.json')
  const engines = {
    embedded: EMBEDDED,
    remote: { kind: 'openai-chat', baseUrls: [upstream.url], model: 'remote-model', maxRetries: 0 },
  }
  const config = { logLevel: 'silent', engines, defaultEngine: 'embedded' }
  writeFileSync(configPath, JSON.stringify(config))
  const loading = await startContinuo(resolveConfig({ configPath }, {}))
  continuo = loading.continuo
  server = await serve(continuo.handle, { host: '127.0.0.1', port: 0 })
  await loading.loaded
})
afterAll(async () => {
  server.closeNow()
  await continuo.close()
  await upstream.close()
  rmSync(folder, { recursive: true })
})

async function scrape(): Promise<Sample[]> {
  const response = await fetch(`${server.url}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return readMetrics(await response.text())
}

/** The growth of values during some work. */
async function growth(act: () => Promise<unknown>) {
  const before = await scrape()
  await act()
  const after = await scrape()
  return (name: string, labels: Readonly<Record<string, string>> = {}) =>
    (sumOf(after, name, labels) ?? 0) - (sumOf(before, name, labels) ?? 0)
}

function ask(body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/v1/complete`, {
    method: 'POST',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'claude-2',
      prompt: '\n\nHuman: Hi\n\nAssistant:',
      max_tokens_to_sample: 4,
      temperature: 0,
      ...body,
    }),
    ...(signal ? { signal } : {}),
  })
}

/** A request that a program in this process may make without the API's checks. */
const requestFor = (modelId: string): CompletionRequest => ({
  modelId,
  prompt: rawPrompt('a'),
  maxTokens: 1,
  stopSequences: [],
  sampling: { temperature: 0, topP: null, topK: null },
  ...NO_TOOLS_OR_THINKING,
})

const gauge = async (name: string, labels = {}) => sumOf(await scrape(), name, labels)

describe('GET /metrics', () => {
  it('counts a completion by route, model and status, its tokens and its times', async () => {
    for (const stream of [false, true]) {
      const grown = await growth(async () => (await ask({ stream, max_tokens_to_sample: 300 })).text())
      const request = { route: '/v1/complete', method: 'POST', model: 'claude-2.0', status: '200' }
      expect(grown('continuo_http_requests_total', request)).toBe(1)
      const labels = { engine: 'embedded', model: 'claude-2.0' }
      expect(grown('continuo_completions_total', { ...labels, outcome: 'max-tokens' })).toBe(1)
      expect(grown('continuo_completion_tokens_total', labels)).toBe(300)
      expect(grown('continuo_prompt_tokens_total', labels)).toBeGreaterThan(5)
      // Tokens that arrived together with the first are not counted.
      expect(grown('continuo_inter_token_seconds_count', labels)).toBeGreaterThan(0)
      expect(grown('continuo_inter_token_seconds_count', labels)).toBeLessThan(300)
      for (const name of ['queue', 'prefill', 'time_to_first_token', 'completion']) {
        expect(grown(`continuo_${name}_seconds_count`, labels)).toBe(1)
        expect(grown(`continuo_${name}_seconds_sum`, labels)).toBeGreaterThan(0)
      }
      expect(grown('continuo_http_request_seconds_count', { route: '/v1/complete' })).toBe(1)
    }
  })

  it('counts the reused prefix of a prompt', async () => {
    const prompt = `\n\nHuman: ${'A long and winding question. '.repeat(20)}\n\nAssistant:`
    await (await ask({ prompt })).text()
    const grown = await growth(async () => (await ask({ prompt })).text())
    const promptTokens = grown('continuo_prompt_tokens_total')
    expect(promptTokens).toBeGreaterThan(100)
    expect(grown('continuo_reused_prompt_tokens_total')).toBe(promptTokens - 1)
  })

  it('shows the busy sequence and the queue, and counts cancelled and refused requests', async () => {
    expect(await gauge('continuo_sequences')).toBe(1)
    expect(await gauge('continuo_queue_capacity', { engine: 'embedded' })).toBe(1)
    const grown = await growth(async () => {
      const disconnectLine = new AbortController()
      const disconnecting = new AbortController()
      const long = { stream: true, max_tokens_to_sample: 8000 }
      const running = await ask(long, disconnecting.signal)
      await running.body?.getReader().read()
      const waiting = ask(long, disconnectLine.signal).then((response) => response.body?.getReader().read())
      await expect.poll(() => gauge('continuo_queue_length', { engine: 'embedded' }), PATIENT).toBe(1)
      expect(await gauge('continuo_sequences_busy', { engine: 'embedded' })).toBe(1)
      expect(await gauge('continuo_http_requests_in_flight')).toBe(3)
      expect((await ask({})).status).toBe(529)
      disconnectLine.abort()
      await waiting.catch(() => undefined)
      // Only then: the sequence would go to the waiting request.
      await expect.poll(() => gauge('continuo_queue_length', { engine: 'embedded' }), PATIENT).toBe(0)
      disconnecting.abort()
      await expect.poll(() => gauge('continuo_sequences_busy', { engine: 'embedded' }), PATIENT).toBe(0)
      await expect.poll(() => gauge('continuo_http_requests_in_flight'), PATIENT).toBe(1)
    })
    const labels = { engine: 'embedded', model: 'claude-2.0' }
    expect(grown('continuo_completions_total', { ...labels, outcome: 'cancelled' })).toBe(2)
    expect(grown('continuo_completions_total', { ...labels, outcome: 'overloaded' })).toBe(1)
    const refused = { route: '/v1/complete', model: 'claude-2.0', status: '529' }
    expect(grown('continuo_http_requests_total', refused)).toBe(1)
    expect(grown('continuo_completion_tokens_total', labels)).toBeGreaterThan(0)
    // The waiting and the refused request had no sequence and no token.
    expect(grown('continuo_queue_seconds_count', labels)).toBe(1)
    expect(grown('continuo_time_to_first_token_seconds_count', labels)).toBe(1)
    expect(grown('continuo_completion_seconds_count', labels)).toBe(3)
  })

  it('counts the crashes and restarts of an engine', async () => {
    const engine = continuo.engines.get('embedded') as LlamaEngine
    const labels = { engine: 'embedded' }
    const grown = await growth(async () => {
      const response = await ask({ stream: true, max_tokens_to_sample: 8000 })
      process.kill(processIdOf(engine), 'SIGKILL')
      expect(await response.text()).toContain('event: error')
      expect(await gauge('continuo_engine_ready', labels)).toBe(0)
      await expect.poll(() => gauge('continuo_engine_ready', labels), PATIENT).toBe(1)
    })
    expect(grown('continuo_engine_crashes_total', labels)).toBe(1)
    expect(grown('continuo_engine_restarts_total', labels)).toBe(1)
    expect(grown('continuo_completions_total', { ...labels, outcome: 'engine-failed' })).toBe(1)
    if (process.platform === 'linux') {
      expect(await gauge('continuo_engine_resident_memory_bytes', labels)).toBeGreaterThan(10_000_000)
    }
  })

  it('shows the state of the replicas of an upstream', async () => {
    const labels = { engine: 'remote', upstream: upstream.url }
    const asked = { model: 'remote-model' }
    const grown = await growth(async () => (await ask({ ...asked, stream: true })).text())
    expect(grown('continuo_prompt_tokens_total', { engine: 'remote', ...asked })).toBe(
      promptTokensOf(upstream.requests.at(-1)?.body ?? {}),
    )
    expect(grown('continuo_time_to_first_token_seconds_count', { engine: 'remote', ...asked })).toBe(1)
    expect(grown('continuo_queue_seconds_count', { engine: 'remote' })).toBe(0)
    expect(await gauge('continuo_upstream_healthy', labels)).toBe(1)
    expect(await gauge('continuo_upstream_requests_in_flight', labels)).toBe(0)

    const { script } = upstream
    upstream.script = { beforeHeaders: ['stall'], steps: [] }
    const disconnecting = new AbortController()
    const stalled = ask(asked, disconnecting.signal).catch(() => undefined)
    await expect.poll(() => gauge('continuo_upstream_requests_in_flight', labels), PATIENT).toBe(1)
    disconnecting.abort()
    await stalled
    await expect.poll(() => gauge('continuo_upstream_requests_in_flight', labels), PATIENT).toBe(0)

    upstream.script = jsonScript({ error: { message: 'broken' } }, 500)
    const failed = await growth(async () => expect((await ask(asked)).status).toBe(500))
    expect(failed('continuo_upstream_failures_total', { ...labels, kind: 'server-error' })).toBe(1)
    expect(failed('continuo_completions_total', { ...asked, outcome: 'engine-failed' })).toBe(1)
    expect(await gauge('continuo_upstream_healthy', labels)).toBe(0)

    upstream.script = script
    await (await ask(asked)).text()
    expect(await gauge('continuo_upstream_healthy', labels)).toBe(1)
  })

  it('lets no client create series', async () => {
    const inventions = async (word: string) => {
      await (await ask({ model: `unknown-${word}` })).text()
      await (await ask({ prompt: word })).text()
      for (const route of ['chat/completions', 'completions', 'messages', 'messages/count_tokens']) {
        const messages = [{ role: 'user', content: 'a' }]
        const body = JSON.stringify({ model: word, prompt: 'a', messages, max_tokens: 1 })
        const headers = { authorization: 'Bearer any', 'anthropic-version': '2023-06-01' }
        await (await fetch(`${server.url}/v1/${route}`, { method: 'POST', headers, body })).text()
      }
      await (await fetch(`${server.url}/${word}`)).text()
      await (await fetch(`${server.url}/v1/models/${word}`, { headers: { 'x-api-key': 'any' } })).text()
      await (await continuo.fetch('http://in-process/health', { method: word })).text()
      for await (const _ of continuo.complete(requestFor(word), new AbortController().signal));
    }
    await inventions('ONE')
    const before = await scrape()
    await inventions('TWO')
    await inventions('THREE')
    const after = await scrape()
    const keys = (samples: Sample[]) => samples.map(({ name, labels }) => JSON.stringify({ name, labels }))
    expect(keys(after)).toEqual(keys(before))
    expect(JSON.stringify(after)).not.toMatch(/ONE|TWO|THREE/)
    const unknown = { route: '/v1/complete', status: '404', model: '' }
    expect(sumOf(after, 'continuo_http_requests_total', unknown)).toBe(3)
  })

  it('shows the process', async () => {
    const samples = await scrape()
    expect(sumOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
    expect(sumOf(samples, 'process_start_time_seconds')).toBeCloseTo(performance.timeOrigin / 1000, 0)
    await expect.poll(() => gauge('continuo_event_loop_delay_seconds_count'), PATIENT).toBeGreaterThan(1)
    const delayed = await growth(async () => {
      const untilMs = performance.now() + 400
      while (performance.now() < untilMs);
      await new Promise((resolve) => setTimeout(resolve, 10))
    })
    expect(delayed('continuo_event_loop_delay_seconds_sum')).toBeGreaterThan(0.2)
    expect(delayed('continuo_event_loop_active_seconds_total')).toBeGreaterThan(0.3)
  })
})

describe('who may read /metrics', () => {
  /** The status that each key gets; a bearer token is what Prometheus sends. */
  async function statuses(
    config: object,
    keys: readonly (string | null)[],
    environment = {},
  ): Promise<number[]> {
    const configPath = join(folder, 'access.json')
    const engines = { remote: { kind: 'openai-chat', baseUrls: [upstream.url], model: 'remote-model' } }
    writeFileSync(configPath, JSON.stringify({ logLevel: 'silent', engines, ...config }))
    const { continuo, loaded } = await startContinuo(resolveConfig({ configPath }, environment))
    await loaded
    const responses = keys.map(async (key) => {
      const headers = key === null ? {} : { authorization: `Bearer ${key}` }
      return (await continuo.fetch('http://in-process/metrics', { headers })).status
    })
    return Promise.all(responses).finally(() => continuo.close())
  }

  it.each([
    ['everyone, on a server without keys', {}, [200, 200, 200]],
    ['clients with a key', { apiKeys: ['api'] }, [401, 200, 401]],
    [
      'clients with a metrics key, if there is one',
      { apiKeys: ['api'], metrics: { apiKeys: ['scraper'] } },
      [401, 401, 200],
    ],
    ['the same on a server without other keys', { metrics: { apiKeys: ['scraper'] } }, [401, 401, 200]],
    ['everyone, where it is open', { apiKeys: ['api'], metrics: { access: 'open' } }, [200, 200, 200]],
    ['no one, where it is off', { metrics: { access: 'off' } }, [404, 404, 404]],
  ])('%s', async (_, config, expected) => {
    expect(await statuses(config, [null, 'api', 'scraper'])).toEqual(expected)
  })

  it('clients with a key of the environment', async () => {
    const environment = { CONTINUO_METRICS_KEYS: 'one, two' }
    expect(await statuses({ apiKeys: ['api'] }, ['one', 'two', 'api'], environment)).toEqual([200, 200, 401])
  })

  it('no web page, whatever it sends', async () => {
    const page = { origin: 'https://example.com', 'anthropic-dangerous-direct-browser-access': 'true' }
    const response = await fetch(`${server.url}/metrics`, { headers: page })
    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain('continuo_')
    const preflight = await fetch(`${server.url}/metrics`, {
      method: 'OPTIONS',
      headers: { origin: page.origin, 'access-control-request-method': 'GET' },
    })
    expect(preflight.headers.has('access-control-allow-origin')).toBe(false)
  })

  it('refuses other methods', async () => {
    const response = await fetch(`${server.url}/metrics`, { method: 'POST' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})
