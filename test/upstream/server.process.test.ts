import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { resolveConfig } from '../../src/config/resolve-config.ts'
import type { UpstreamKind } from '../../src/engines/upstream/dialects/dialects.ts'
import { UpstreamEngine } from '../../src/engines/upstream/upstream-engine.ts'
import { type Continuo, startContinuo } from '../../src/open-continuo.ts'
import { completionOf, send } from '../conformance/conformance-case.ts'
import { conformanceSuite, MODEL_INDEPENDENT_CASES } from '../conformance/conformance-suite.ts'
import { joinedText, readEvents, textOf } from '../conformance/read-events.ts'
import { writeRandomGguf } from '../gguf/random-gguf.ts'
import { jsonScript, ScriptedUpstream } from '../scripted-upstream.ts'
import { startScriptedServer } from '../start-scripted-server.ts'
import { countingModel, promptTokensOf } from '../upstream-model.ts'
import { upstreamSettings } from '../upstream-settings.ts'
import { openServer, UPSTREAM_KINDS } from './open-upstream.ts'

/** Claude upstreams read the PDFs that they are sent. */
const READS_PDFS = /^a PDF that is none$/

for (const kind of UPSTREAM_KINDS) {
  conformanceSuite(
    `the conformance cases on an upstream of ${kind}`,
    MODEL_INDEPENDENT_CASES.filter(({ title }) => kind !== 'claude-messages' || !READS_PDFS.test(title)),
    async (needs) => {
      const upstream = await ScriptedUpstream.start(countingModel(kind))
      const engine = new UpstreamEngine(
        upstreamSettings({
          kind,
          ...(kind === 'claude-messages' ? {} : { server: 'vllm' }),
          model: 'm',
          contextWindowTokens: 4096,
          images: false,
          baseUrls: [upstream.url],
        }),
      )
      const server = await startScriptedServer(engine, needs)
      const close = async () => {
        server.closeNow()
        await engine.close()
        await upstream.close()
      }
      return { url: server.url, close }
    },
  )
}

describe.each(UPSTREAM_KINDS)('POST /v1/complete on an upstream of %s', (kind) => {
  it('answers whole and as a stream', async () => {
    const server = await openServer(countingModel(kind), { kind })
    expect(await completionOf(await send(server))).toMatchObject({
      completion: ' One two three four five',
      stop_reason: 'stop_sequence',
      stop: '\n\nHuman:',
    })
    const streamed = await send(server, { body: { stream: true } })
    expect(joinedText(readEvents(await streamed.text()))).toBe(' One two three four five')
    const promptTokens = promptTokensOf(server.upstream.requests[0]?.body ?? {})
    expect(server.usageRecords).toMatchObject([
      { promptTokens, completionTokens: 5, outcome: 'end-of-generation' },
      { promptTokens, completionTokens: 5, outcome: 'end-of-generation' },
    ])
    expect(server.logLines[0]).toMatchObject({ promptTokens, completionTokens: 5 })
  })

  it('passes the trace context on, with itself as the parent', async () => {
    const server = await openServer(countingModel(kind), { kind })
    const [traceId, parentId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
    const traceparent = `00-${traceId}-${parentId}-01`
    await send(server, { headers: { traceparent, tracestate: 'a=1 , b=2' } })
    await send(server, { headers: { traceparent: 'malformed', tracestate: 'a=1' } })
    const [traced, untraced] = server.upstream.requests.map(({ headers }) => headers)
    const [line, otherLine] = server.logLines
    expect(line).toMatchObject({ traceId, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) })
    expect(line?.spanId).not.toBe(parentId)
    expect(traced).toMatchObject({
      traceparent: `00-${traceId}-${line?.spanId}-01`,
      tracestate: 'a=1,b=2',
    })
    for (const name of ['traceparent', 'tracestate']) expect(untraced).not.toHaveProperty(name)
    expect(otherLine).not.toHaveProperty('traceId')
  })

  it('cuts at the exact stop sequence and cancels the upstream request', async () => {
    const server = await openServer(countingModel(kind), { kind, sendStopSequences: false })
    const body = { stop_sequences: ['hree', ' three four'] }
    expect(await completionOf(await send(server, { body }))).toMatchObject({
      completion: ' One two t',
      stop_reason: 'stop_sequence',
      stop: 'hree',
    })
    await server.upstream.running.until(0)
    expect(server.upstream.requests[0]?.body).not.toHaveProperty('stop')
  })

  it('reports an upstream that is killed in the middle, and recovers', async () => {
    const server = await openServer(() => ({ steps: [...firstEvents(kind), 'stall'] }), { kind })
    const { upstream } = server
    const { port } = upstream
    const response = await send(server, { body: { stream: true } })
    expect(response.status).toBe(200)
    const events = readEvents(
      await textOf(response, (text) => {
        if (text.includes('One')) void upstream.close()
      }),
    )
    expect(joinedText(events)).toBe(' One')
    expect(events.at(-1)?.name).toBe('error')
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({
      type: 'error',
      error: { type: 'api_error', message: 'The connection to the upstream engine was lost.' },
    })
    const failed = server.logLines.find((line) => line.message === 'request failed')
    expect(failed?.err).toMatchObject({ cause: { message: expect.stringContaining(`127.0.0.1:${port}`) } })

    const down = await send(server)
    expect(down.status).toBe(500)
    expect(await down.json()).toMatchObject({ error: { message: 'The upstream engine cannot be reached.' } })

    const back = await ScriptedUpstream.start(countingModel(kind), port)
    onTestFinished(() => back.close())
    expect((await send(server)).status).toBe(200)
  })

  it.each([
    [jsonScript({ error: { type: 'x', message: 'top_k: no' } }, 400), 400, 'top_k: no'],
    [
      jsonScript({ error: { message: 'bad key' } }, 401),
      401,
      'The upstream engine refused this server: its credentials are wrong. Its operator has to see to that.',
    ],
    [jsonScript({}, 500), 500, 'The upstream engine failed.'],
    [jsonScript({}, 529, { 'retry-after': '60' }), 529, 'Overloaded'],
  ])('answers %j with %i', async (script, status, message) => {
    const server = await openServer(script, { kind })
    const response = await send(server, { body: { stream: true } })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { message } })
    const text = JSON.stringify(server.logLines)
    expect(text).not.toContain('top_k')
  })

  it('cancels the upstream request when the client disconnects', async () => {
    const server = await openServer(() => ({ steps: [...firstEvents(kind), 'stall'] }), { kind })
    const controller = new AbortController()
    const response = await fetch(`${server.url}/v1/complete`, {
      method: 'POST',
      headers: { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: 'claude-2.1',
        prompt: '\n\nHuman: Hi\n\nAssistant:',
        max_tokens_to_sample: 9,
        stream: true,
      }),
      signal: controller.signal,
    })
    await response.body?.getReader().read()
    const cancelledAtMs = performance.now()
    controller.abort()
    await expect.poll(() => server.upstream.cancelledAtMs.length, { interval: 5 }).toBe(1)
    // The rule is 100 ms; a busy machine gets more.
    expect((server.upstream.cancelledAtMs[0] ?? 0) - cancelledAtMs).toBeLessThan(500)
  })
})

/** What comes before the second word. */
function firstEvents(kind: UpstreamKind) {
  const { steps } = countingModel(kind)({ path: '', headers: {}, body: { max_tokens: 5 } })
  return kind === 'claude-messages' ? steps.slice(0, 3) : steps.slice(0, 1)
}

describe('several engines in one configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-upstream-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  async function open(config: object): Promise<Continuo> {
    const configPath = join(folder, 'continuo.json')
    writeFileSync(configPath, JSON.stringify({ logLevel: 'silent', ...config }))
    const { continuo, loaded } = await startContinuo(
      resolveConfig({ configPath }, { UPSTREAM_KEY: 'from-env' }),
    )
    onTestFinished(() => continuo.close())
    await loaded
    return continuo
  }

  async function ask(continuo: Continuo, model: string): Promise<Record<string, unknown>> {
    const response = await continuo.fetch('http://localhost/v1/complete', {
      method: 'POST',
      headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model,
        prompt: '\n\nHuman: Hi\n\nAssistant:',
        max_tokens_to_sample: 3,
        temperature: 0,
      }),
    })
    return completionOf(response)
  }

  it('routes each model to its engine', async () => {
    writeRandomGguf(join(folder, 'random.gguf'))
    const upstreams = await Promise.all(
      UPSTREAM_KINDS.map((kind) => ScriptedUpstream.start(countingModel(kind))),
    )
    for (const upstream of upstreams) onTestFinished(() => upstream.close())
    const [text, chat, claude] = upstreams
    const continuo = await open({
      engines: {
        default: {
          model: 'random.gguf',
          contextWindowTokens: 256,
          threads: 1,
          kvCache: 'unified',
          flashAttention: false,
        },
        text: { kind: 'openai-completions', baseUrls: [text?.url], model: 'text-model' },
        chat: { kind: 'openai-chat', server: 'vllm', baseUrls: [chat?.url], model: 'chat-model' },
        claude: {
          kind: 'claude-messages',
          baseUrls: [claude?.url],
          model: 'claude-sonnet-4-5',
          apiKeyVariable: 'UPSTREAM_KEY',
        },
      },
      models: { 'claude-2': 'text', 'claude-instant-1.2': 'chat' },
    })
    expect(continuo.readiness()).toBe('ready')
    expect([...continuo.engines.keys()]).toEqual(['default', 'text', 'chat', 'claude'])
    await ask(continuo, 'claude-2.1')
    expect(upstreams.map((upstream) => upstream.requests.length)).toEqual([0, 0, 0])
    for (const model of ['claude-2', 'text-model', 'claude-instant-1.2', 'chat-model', 'claude-sonnet-4-5']) {
      expect(await ask(continuo, model)).toMatchObject({
        completion: ' One two three',
        stop_reason: 'max_tokens',
      })
    }
    expect(upstreams.map((upstream) => upstream.requests.length)).toEqual([2, 2, 1])
    expect(claude?.requests[0]?.headers['x-api-key']).toBe('from-env')
  })

  it('keeps serving when another upstream is down', async () => {
    const up = await ScriptedUpstream.start(countingModel('openai-chat'))
    onTestFinished(() => up.close())
    const continuo = await open({
      engines: {
        down: { kind: 'openai-chat', baseUrls: ['http://127.0.0.1:9'], model: 'down-model', maxRetries: 0 },
        up: { kind: 'openai-chat', baseUrls: [up.url], model: 'up-model' },
      },
      defaultEngine: 'up',
    })
    await expect(ask(continuo, 'down-model')).rejects.toThrow(/cannot be reached/)
    expect(await ask(continuo, 'claude-2.1')).toMatchObject({ completion: ' One two three' })
  })
})
