import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { eventLoopTurns, untilStill } from '../../../test/event-loop-turns.ts'
import { flatEvents } from '../../../test/flat-events.ts'
import {
  dataEvents,
  jsonScript,
  ScriptedUpstream,
  type UpstreamScript,
  type UpstreamStep,
} from '../../../test/scripted-upstream.ts'
import { summaryOf, upstreamHistory, upstreamRequest } from '../../../test/upstream-histories.ts'
import { type UpstreamSettingsChange, upstreamSettings } from '../../../test/upstream-settings.ts'
import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import { conversationPrompt } from '../../completion/conversation-prompt.ts'
import { rawPrompt, TEXT_ONLY } from '../../completion/prompt.ts'
import { textTurn } from '../../completion/turn.ts'
import type { UpstreamKind } from './dialects/dialects.ts'
import { UpstreamEngine, type UpstreamEngineEvents } from './upstream-engine.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function startUpstream(script: ScriptedUpstream['script'], port?: number): Promise<ScriptedUpstream> {
  const upstream = await ScriptedUpstream.start(script, port)
  cleanups.push(() => upstream.close())
  return upstream
}

function openEngine(
  baseUrls: readonly string[],
  settings: UpstreamSettingsChange = {},
  events: UpstreamEngineEvents = {},
): UpstreamEngine {
  const engine = new UpstreamEngine(
    upstreamSettings({ kind: 'openai-completions', baseUrls, model: 'm', ...settings }),
    events,
  )
  cleanups.push(() => engine.close())
  return engine
}

async function eventsOf(
  engine: UpstreamEngine,
  request: CompletionRequest = upstreamRequest(),
  signal = new AbortController().signal,
): Promise<CompletionEvent[]> {
  const events: CompletionEvent[] = []
  for await (const event of flatEvents(engine.generate(request, signal))) events.push(event)
  return events
}

async function errorOf(promise: Promise<unknown>): Promise<CompletionError> {
  const error = await promise.then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  )
  if (error instanceof CompletionError) return error
  throw error
}

const text = (piece: string, end: string | null = null) => ({
  choices: [{ index: 0, text: piece, finish_reason: end }],
})
const WHOLE: UpstreamScript = { steps: dataEvents(text(' Hi'), text('', 'stop'), '[DONE]') }

describe('UpstreamEngine', () => {
  it.each<[UpstreamKind, string, string]>([
    ['openai-completions', 'vllm-completions', ' Größe 👩‍🚀'],
    ['openai-chat', 'vllm-chat', ' Größe 👩‍🚀'],
    ['claude-messages', 'claude-messages', ' Größe 👩‍🚀'],
  ])('speaks %s', async (kind, history, expected) => {
    const upstream = await startUpstream({ steps: [upstreamHistory(history)] })
    const engine = openEngine([upstream.url], { kind, apiKey: 'secret', extraBody: { seed: 7 } })
    const events = await eventsOf(engine)
    expect(events[0]).toEqual({ type: 'completion-start', promptTokens: null })
    expect(summaryOf(events)).toMatchObject({ text: expected, completionTokens: 8 })
    const [request] = upstream.requests
    expect(request?.body).toMatchObject({ model: 'm', seed: 7, stream: true })
    expect(request?.headers).toMatchObject(
      kind === 'claude-messages'
        ? { 'x-api-key': 'secret', 'anthropic-version': '2023-06-01' }
        : { authorization: 'Bearer secret' },
    )
  })

  it('removes a prefill that the server repeats', async () => {
    const upstream = await startUpstream({ steps: [upstreamHistory('claude-messages')] })
    const engine = openEngine([upstream.url], { kind: 'claude-messages', server: 'llama-server' })
    const events = await eventsOf(engine, upstreamRequest('\n\nHuman: Hi\n\nAssistant: Grö'))
    expect(summaryOf(events)).toMatchObject({ text: 'ße 👩‍🚀', completionTokens: 8 })
  })

  it.each(['ollama', 'other'] as const)('looks whether %s repeats a prefill', async (server) => {
    const events = dataEvents(
      ...['The ans', 'wer is', ' 4'].map((content) => ({ choices: [{ delta: { content } }] })),
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      '[DONE]',
    )
    const upstream = await startUpstream({ steps: events })
    const engine = openEngine([upstream.url], { kind: 'openai-chat', server })
    const ask = async (prefill: string) =>
      summaryOf(await eventsOf(engine, upstreamRequest(`\n\nHuman: Hi\n\nAssistant: ${prefill}`))).text
    expect(await ask('The answer')).toBe(' is 4')
    expect(await ask('Hm.')).toBe('The answer is 4')
  })

  it('adds no space after a prefill', async () => {
    const upstream = await startUpstream({ steps: [upstreamHistory('claude-messages')] })
    const engine = openEngine([upstream.url], { kind: 'claude-messages' })
    const events = await eventsOf(engine, upstreamRequest('\n\nHuman: Hi\n\nAssistant: The '))
    expect(summaryOf(events).text).toBe('Größe 👩‍🚀')
  })

  it.each(['', '/v1', '/v1/'])('accepts a base URL that ends with "/proxy%s"', async (end) => {
    const upstream = await startUpstream(WHOLE)
    await eventsOf(openEngine([`${upstream.url}/proxy${end}`]))
    expect(upstream.requests[0]?.path).toBe('/proxy/v1/completions')
  })

  it('reuses a connection', async () => {
    const upstream = await startUpstream(WHOLE)
    const engine = openEngine([upstream.url])
    for (let round = 0; round < 5; round++) {
      await eventsOf(engine)
      await upstream.running.until(0)
      await eventLoopTurns()
    }
    expect(upstream.connectionsOpened).toBe(1)
  })

  it('does not read ahead of its reader', async () => {
    const flood = dataEvents(text('x'.repeat(10_000))).join('')
    const upstream = await startUpstream({ steps: [{ floodsWith: flood }] })
    const engine = openEngine([upstream.url])
    const writtenBytes = () => [...upstream.openSockets].reduce((sum, socket) => sum + socket.bytesWritten, 0)
    let texts = 0
    for await (const event of flatEvents(engine.generate(upstreamRequest(), new AbortController().signal))) {
      if (event.type !== 'text-delta') continue
      await untilStill(writtenBytes)
      // What the sockets' own buffers hold.
      expect(writtenBytes()).toBeLessThan(16 * 1024 * 1024)
      if (++texts === 3) break
    }
  })

  it('accepts a response without its closing event', async () => {
    const upstream = await startUpstream({ steps: dataEvents(text(' Hi', 'length')) })
    expect(summaryOf(await eventsOf(openEngine([upstream.url])))).toMatchObject({
      text: ' Hi',
      end: 'max-tokens',
    })
  })

  describe('cancellation', () => {
    const places: [string, UpstreamScript][] = [
      ['before the headers', { beforeHeaders: ['stall'], steps: [] }],
      ['before the first text', { steps: ['stall'] }],
      ['in the middle', { steps: [...dataEvents(text(' Hi')), 'stall'] }],
      ['in a flood', { steps: [{ floodsWith: dataEvents(text('x'.repeat(1000))).join('') }] }],
    ]

    it.each(places)('%s ends the upstream request within 100 ms', async (_, script) => {
      const upstream = await startUpstream(script)
      const controller = new AbortController()
      // Enough tokens that no sudden flood exceeds what was asked for.
      const request = upstreamRequest(undefined, { maxTokens: 1_000_000 })
      const error = errorOf(eventsOf(openEngine([upstream.url]), request, controller.signal))
      await upstream.running.until(1)
      await eventLoopTurns()
      const cancelledAtMs = performance.now()
      controller.abort()
      expect((await error).code).toBe('cancelled')
      // A busy machine gets more.
      expect(performance.now() - cancelledAtMs).toBeLessThan(500)
      await upstream.running.until(0)
      expect(upstream.cancelledAtMs).toHaveLength(1)
      expect((upstream.cancelledAtMs[0] ?? 0) - cancelledAtMs).toBeLessThan(500)
    })

    it('happens when the events are read no further', async () => {
      const upstream = await startUpstream({ steps: [...dataEvents(text('a'), text('b')), 'stall'] })
      for await (const event of flatEvents(
        openEngine([upstream.url]).generate(upstreamRequest(), new AbortController().signal),
      )) {
        if (event.type === 'text-delta') break
      }
      await upstream.running.until(0)
    })

    it('ends the wait for another attempt', async () => {
      const upstream = await startUpstream(jsonScript({}, 429, { 'retry-after': '4' }))
      const controller = new AbortController()
      const onFailure = () => void setImmediate(() => controller.abort())
      const engine = openEngine([upstream.url], {}, { onFailure })
      const startedMs = performance.now()
      const error = await errorOf(eventsOf(engine, upstreamRequest(), controller.signal))
      expect(error.code).toBe('cancelled')
      expect(performance.now() - startedMs).toBeLessThan(1_000)
      expect(upstream.requests).toHaveLength(1)
    })
  })

  describe('failures', () => {
    const middle = dataEvents(text(' Hi'))
    const cases: [string, readonly UpstreamStep[], string][] = [
      [
        'a connection that is lost',
        [...middle, 'destroy'],
        'The connection to the upstream engine was lost.',
      ],
      ['an end without a reason', middle, 'The upstream engine ended its response too early.'],
      [
        'an end in the middle of an event',
        [...middle, 'data: {"cho'],
        'The upstream engine ended its response too early.',
      ],
      [
        'an event that is no JSON',
        [...middle, 'data: {"cho\n\n', 'stall'],
        'The upstream engine sent something that cannot be read.',
      ],
      [
        'an event without an end',
        [...middle, { floodsWith: 'x'.repeat(100_000) }],
        'The upstream engine sent something that cannot be read.',
      ],
      [
        'an error',
        [...middle, ...dataEvents({ error: { message: 'm', code: 500 } })],
        'The upstream engine failed.',
      ],
      [
        'text without an end',
        [...middle, { floodsWith: middle.join('').repeat(1000) }],
        'The upstream engine sent more than was requested.',
      ],
      [
        'a flood that says nothing',
        [...middle, { floodsWith: ': still here\n\n'.repeat(1000) }],
        'The upstream engine sent more than was requested.',
      ],
      ['silence', [...middle, 'stall'], 'The upstream engine fell silent in the middle of its response.'],
    ]

    it.each(cases)('reports %s in the middle, without a retry', async (_, steps, message) => {
      const upstream = await startUpstream({ steps })
      const error = await errorOf(eventsOf(openEngine([upstream.url], { idleTimeoutMs: 300 })))
      expect(error).toMatchObject({ code: 'engine-failed', message })
      expect(String(error.cause)).not.toContain('Hi')
      expect(upstream.requests).toHaveLength(1)
      await upstream.running.until(0)
    })

    it('of an upstream that does not begin in time', async () => {
      const upstream = await startUpstream({ beforeHeaders: ['stall'], steps: [] })
      const late = await startUpstream({ steps: ['stall'] })
      for (const { url } of [upstream, late]) {
        const error = await errorOf(eventsOf(openEngine([url], { firstByteTimeoutMs: 200 })))
        expect(error.message).toBe('The upstream engine did not start to respond in time.')
      }
    })

    it('of an upstream that never opens a connection', async () => {
      const silent = createServer()
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
      cleanups.push(async () => void silent.close())
      const { port } = silent.address() as { port: number }
      const engine = openEngine([`https://127.0.0.1:${port}`], { connectTimeoutMs: 300, maxRetries: 0 })
      const error = await errorOf(eventsOf(engine))
      expect(error.message).toBe('The upstream engine cannot be reached.')
      expect(String(error.cause)).toContain('UND_ERR_CONNECT_TIMEOUT')
    })

    it('of an upstream that is down', async () => {
      const upstream = await ScriptedUpstream.start(WHOLE)
      const { url } = upstream
      await upstream.close()
      const error = await errorOf(eventsOf(openEngine([url])))
      expect(error).toMatchObject({
        code: 'engine-failed',
        message: 'The upstream engine cannot be reached.',
      })
      expect(String(error.cause)).toContain('ECONNREFUSED')
    })

    it('of something that is no event stream', async () => {
      const upstream = await startUpstream(jsonScript({ choices: [] }))
      expect(await errorOf(eventsOf(openEngine([upstream.url])))).toMatchObject({ code: 'engine-failed' })
    })
  })

  describe('attempts', () => {
    it.each([408, 429, 502, 503, 504, 529])('are repeated after %i', async (status) => {
      const upstream = await startUpstream((_, index) => (index === 0 ? jsonScript({}, status) : WHOLE))
      expect(summaryOf(await eventsOf(openEngine([upstream.url]))).text).toBe(' Hi')
      expect(upstream.requests).toHaveLength(2)
    })

    it.each([400, 401, 404, 500])('are not repeated after %i', async (status) => {
      const upstream = await startUpstream(jsonScript({}, status))
      await errorOf(eventsOf(openEngine([upstream.url])))
      expect(upstream.requests).toHaveLength(1)
    })

    it('fail with the last error', async () => {
      const upstream = await startUpstream(jsonScript({}, 429))
      const error = await errorOf(eventsOf(openEngine([upstream.url], { maxRetries: 1 })))
      expect(error).toMatchObject({ code: 'overloaded', message: 'Overloaded' })
      expect(upstream.requests).toHaveLength(2)
    })

    it('are repeated when a keep-alive connection turns out to be closed', async () => {
      const upstream = await startUpstream(WHOLE)
      const eject: string[] = []
      const engine = openEngine([upstream.url], {}, { onEject: (address) => eject.push(address) })
      await eventsOf(engine)
      for (const socket of upstream.openSockets) socket.destroy()
      expect(summaryOf(await eventsOf(engine)).text).toBe(' Hi')
      expect(eject).toEqual([])
    })

    it('go to another replica, and the failing one is tried again later', async () => {
      const [bad, good] = [await startUpstream(jsonScript({}, 503)), await startUpstream(WHOLE)]
      const seen: string[] = []
      const engine = openEngine(
        [bad.url, good.url],
        {},
        {
          onEject: (address, reason, forMs) => seen.push(`${address} ${reason} ${forMs}`),
          onBack: (address) => seen.push(`${address} is back`),
        },
      )
      // Enough that some of them belong to each replica.
      const askAll = async () => {
        for (let index = 0; index < 30; index++) {
          const events = await eventsOf(engine, upstreamRequest(`\n\nHuman: ${index}\n\nAssistant:`))
          expect(summaryOf(events).text).toBe(' Hi')
        }
      }
      await askAll()
      expect(seen[0]).toBe(`${bad.url} ${bad.url} answered 503 1000`)
      expect(bad.requests.length).toBeLessThan(5)
      bad.script = WHOLE
      await expect
        .poll(() => askAll().then(() => seen.at(-1)), { interval: 300, timeout: 10_000 })
        .toBe(`${bad.url} is back`)
    })
  })

  describe('a request for more tokens than fit', () => {
    const refusal = (message: string) =>
      jsonScript({ error: { message, type: 'BadRequestError', code: 400 } }, 400)

    it.each<[string, string, number]>([
      [
        'SGLang',
        "Requested token count exceeds the model's maximum context length of 100 tokens. You requested a total of 1012 tokens: 12 tokens from the input messages and 1000 tokens for the completion.",
        87,
      ],
      ['Claude', 'max_tokens: 1000 > 64, which is the maximum allowed number of output tokens for m', 64],
    ])('of %s gets as many as there are', async (_, message, maxTokens) => {
      const upstream = await startUpstream((__, index) => (index === 0 ? refusal(message) : WHOLE))
      const events = await eventsOf(
        openEngine([upstream.url]),
        upstreamRequest(undefined, { maxTokens: 1_000 }),
      )
      expect(summaryOf(events).text).toBe(' Hi')
      expect(upstream.requests.map((request) => request.body.max_tokens)).toEqual([1_000, maxTokens])
    })

    it('counts the prompt where vLLM stopped counting', async () => {
      const message =
        'max_tokens=1000cannot be greater than max_model_len=max_total_tokens=100. Please request fewer output tokens.'
      const upstream = await startUpstream(({ path, body }) => {
        if (path === '/tokenize') return jsonScript({ count: 12, max_model_len: 100, tokens: [] })
        return body.max_tokens === 1_000 ? refusal(message) : WHOLE
      })
      const engine = openEngine([upstream.url], { server: 'vllm' })
      await eventsOf(engine, upstreamRequest(undefined, { maxTokens: 1_000 }))
      expect(upstream.requests.at(-1)?.body.max_tokens).toBe(87)
    })

    it("is refused with the API's text when the prompt alone is too long", async () => {
      const upstream = await startUpstream(
        refusal('request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it'),
      )
      expect(await errorOf(eventsOf(openEngine([upstream.url])))).toMatchObject({
        code: 'prompt-too-long',
        message: 'prompt is too long: 5000 tokens > 4095 maximum',
      })
    })

    it("is refused with the upstream's text when that has no numbers", async () => {
      const message = 'the request exceeds the available context size, try increasing it'
      const upstream = await startUpstream(refusal(message))
      expect(await errorOf(eventsOf(openEngine([upstream.url])))).toMatchObject({
        code: 'prompt-too-long',
        message: `prompt is too long: ${message}`,
      })
    })

    it('is found by counting where the upstream does not refuse it', async () => {
      const upstream = await startUpstream(({ path }) =>
        path === '/extras/tokenize/count' ? jsonScript({ count: 64 }) : WHOLE,
      )
      const settings = { server: 'llama-cpp-python', contextWindowTokens: 64 } as const
      const engine = openEngine([upstream.url], settings)
      const long = upstreamRequest(`\n\nHuman: ${'long '.repeat(12)}\n\nAssistant:`)
      expect(await errorOf(eventsOf(engine, long))).toMatchObject({
        code: 'prompt-too-long',
        message: 'prompt is too long: 64 tokens > 63 maximum',
      })
      await eventsOf(engine)
      expect(upstream.requests.map(({ path }) => path)).toEqual(['/extras/tokenize/count', '/v1/completions'])
    })

    it('is capped by maxCompletionTokens', async () => {
      const upstream = await startUpstream(WHOLE)
      const engine = openEngine([upstream.url], { maxCompletionTokens: 50 })
      await eventsOf(engine, upstreamRequest(undefined, { maxTokens: 1_000 }))
      expect(upstream.requests[0]?.body.max_tokens).toBe(50)
    })
  })

  it('counts tokens by the upstream', async () => {
    const { signal } = new AbortController()
    const upstream = await startUpstream(jsonScript({ tokens: [1, 2, 3] }))
    const { prompt } = upstreamRequest()
    const engine = openEngine([upstream.url], { server: 'llama-server' })
    expect(await engine.countTokens(prompt, signal)).toBe(3)
    expect(await errorOf(openEngine([upstream.url]).countTokens(prompt, signal))).toMatchObject({
      code: 'invalid-request',
    })
    upstream.script = jsonScript({ unknown: true })
    expect(await errorOf(engine.countTokens(prompt, signal))).toMatchObject({ code: 'engine-failed' })
  })

  it('refuses raw prompts where they are not supported', async () => {
    const upstream = await startUpstream(WHOLE)
    const request = { ...upstreamRequest(), prompt: rawPrompt(' Once') }
    const engine = openEngine([upstream.url])
    expect(engine.capabilities.rawPrompts).toBe(true)
    expect(summaryOf(await eventsOf(engine, request)).text).toBe(' Hi')
    expect(upstream.requests[0]?.body.prompt).toBe(' Once')
    for (const kind of ['openai-chat', 'claude-messages'] as const) {
      const chat = openEngine([upstream.url], { kind })
      expect(chat.capabilities.rawPrompts).toBe(false)
      expect(await errorOf(eventsOf(chat, request))).toMatchObject({ code: 'invalid-request' })
    }
    expect(upstream.requests).toHaveLength(1)
  })

  it('trims the text around a response in a conversation', async () => {
    const steps = dataEvents(text('  Hi'), text(' you\n\nHuman: And'), text(' more'))
    const upstream = await startUpstream({ steps: [...steps, 'stall'] })
    const prompt = conversationPrompt({
      ...TEXT_ONLY,
      systemText: '',
      turns: [textTurn('user', 'Hi')],
      prefill: '',
    })
    const events = await eventsOf(openEngine([upstream.url]), { ...upstreamRequest(), prompt })
    expect(upstream.requests[0]?.body.prompt).toBe('\n\nHuman: Hi\n\nAssistant:')
    expect(summaryOf(events)).toMatchObject({ text: 'Hi you', end: 'end-of-generation' })
    await upstream.running.until(0)
  })

  it('refuses requests beyond maxConcurrentRequests at once', async () => {
    const upstream = await startUpstream({ steps: ['stall'] })
    const engine = openEngine([upstream.url], { maxConcurrentRequests: 1 })
    const controller = new AbortController()
    const first = errorOf(eventsOf(engine, upstreamRequest(), controller.signal))
    expect(await errorOf(eventsOf(engine))).toMatchObject({ code: 'overloaded' })
    controller.abort()
    await first
    upstream.script = WHOLE
    expect(summaryOf(await eventsOf(engine)).text).toBe(' Hi')
  })

  it('fails requests in flight when it is closed, and refuses new ones', async () => {
    const upstream = await startUpstream({ steps: ['stall'] })
    const engine = openEngine([upstream.url])
    const running = errorOf(eventsOf(engine))
    await upstream.running.until(1)
    await engine.close()
    expect(await running).toMatchObject({ code: 'overloaded', message: expect.stringContaining('closed') })
    expect(engine.isReady).toBe(false)
    expect(await errorOf(eventsOf(engine))).toMatchObject({ code: 'overloaded' })
  })

  it('reports its context window', async () => {
    expect(openEngine(['http://127.0.0.1:1']).contextWindowTokens).toBe(Number.POSITIVE_INFINITY)
    expect(openEngine(['http://127.0.0.1:1'], { contextWindowTokens: 10 }).contextWindowTokens).toBe(10)
    expect(openEngine(['http://127.0.0.1:1/v1']).description).toBe(
      'm by openai-completions at http://127.0.0.1:1',
    )
  })
})
