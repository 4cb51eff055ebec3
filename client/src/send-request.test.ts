import { describe, expect, test, vi } from 'vitest'
import { completionOf } from '../test/completion-events.ts'
import { deferred } from '../test/deferred.ts'
import { fetchByHand } from '../test/fetch-by-hand.ts'
import { closedServerUrl, errorBody, sendJson, startServer, startSocketServer } from '../test/start-server.ts'
import { stopTimers } from '../test/stop-timers.ts'
import { Continuo } from './continuo.ts'
import { ContinuoError } from './continuo-error.ts'
import type { ContinuoOptions, FetchFunction } from './continuo-options.ts'
import type { RequestOptions } from './request-options.ts'

const PROMPTLY = { 'retry-after-ms': '1' }
const OVERLOADED = errorBody('overloaded_error', 'Overloaded')
const params = { model: 'claude-2.1', prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 16 }

function complete(clientOptions: ContinuoOptions, options?: RequestOptions) {
  return new Continuo({ apiKey: 'any', ...clientOptions }).completions.create(params, options)
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => error,
  )
}

describe('repeating', () => {
  test('retries until a response comes, with the same request each time', async () => {
    const { url, requests } = await startServer((response, _, index) => {
      if (index < 2) sendJson(response, 529, OVERLOADED, PROMPTLY)
      else sendJson(response, 200, completionOf(' Hi'))
    })
    expect((await complete({ baseURL: url })).completion).toBe(' Hi')
    expect(requests.map(({ bodyText }) => bodyText)).toEqual(Array(3).fill(JSON.stringify(params)))
  })

  test.each([
    ['by default after 3 tries', {}, {}, 3],
    ['as the client says', { maxRetries: 4 }, {}, 5],
    ['as the call says', { maxRetries: 4 }, { maxRetries: 1 }, 2],
    ['not at all with 0', {}, { maxRetries: 0 }, 1],
  ])('ends %s, with the last failure', async (_, clientOptions, options, tries) => {
    const { url, requests } = await startServer((response, _request, index) => {
      sendJson(response, 529, errorBody('overloaded_error', `no. ${index}`), PROMPTLY)
    })
    const failure = await failureOf(complete({ baseURL: url, ...clientOptions }, options))
    expect(failure).toBeInstanceOf(Continuo.OverloadedError)
    expect(failure).toMatchObject({ message: `529 no. ${tries - 1}` })
    expect(requests).toHaveLength(tries)
  })

  test.each([
    [400, undefined, 1],
    [400, 'true', 3],
    [404, undefined, 1],
    [409, undefined, 3],
    [429, undefined, 3],
    [429, 'false', 1],
    [500, undefined, 3],
    [529, 'false', 1],
  ])('%i with x-should-retry %s: %i tries', async (status, advice, tries) => {
    const headers = advice === undefined ? PROMPTLY : { ...PROMPTLY, 'x-should-retry': advice }
    const { url, requests } = await startServer((response) => sendJson(response, status, OVERLOADED, headers))
    expect(await failureOf(complete({ baseURL: url }))).toMatchObject({ status })
    expect(requests).toHaveLength(tries)
  })

  test('also helps where the connection breaks', async () => {
    let tries = 0
    const { url } = await startSocketServer((socket) => {
      tries++
      socket.destroy()
    })
    const failure = await failureOf(complete({ baseURL: url, maxRetries: 1 }))
    expect(failure).toBeInstanceOf(Continuo.APIConnectionError)
    expect(failure).not.toBeInstanceOf(Continuo.APIConnectionTimeoutError)
    expect(tries).toBe(2)
  })

  test('names the cause where no server listens', async () => {
    const failure = await failureOf(complete({ baseURL: await closedServerUrl(), maxRetries: 0 }))
    expect(failure).toBeInstanceOf(Continuo.APIConnectionError)
    expect(failure).toMatchObject({ status: undefined, headers: undefined })
    expect(String(failure)).toContain('ECONNREFUSED')
  })
})

/** What a request fails with if its response begins and then sends nothing more. */
async function failureOfSilentBody(status: number, begin: string): Promise<unknown> {
  stopTimers()
  const { fetch, send, signals } = fetchByHand(status)
  const failing = failureOf(complete({ fetch, maxRetries: 0 }, { timeout: 1_000 }))
  send(begin)
  await vi.advanceTimersByTimeAsync(999)
  expect(signals[0]?.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  return failing
}

describe('a timeout', () => {
  test('ends each try that gets no headers, aborts its request, and is repeated', async () => {
    stopTimers()
    const signals: (AbortSignal | null | undefined)[] = []
    const fetch: FetchFunction = (_, init) => {
      signals.push(init?.signal)
      return new Promise(() => undefined)
    }
    const failing = failureOf(complete({ fetch, timeout: 1_000, maxRetries: 1 }))
    await vi.advanceTimersByTimeAsync(999)
    expect(signals.map((signal) => signal?.aborted)).toEqual([false])
    await vi.advanceTimersByTimeAsync(1)
    expect(signals.map((signal) => signal?.aborted)).toEqual([true])
    await vi.runAllTimersAsync()
    const failure = await failing
    expect(failure).toBeInstanceOf(Continuo.APIConnectionTimeoutError)
    expect(String(failure)).toContain('1000 ms')
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
  })

  test('ends a body that falls silent', async () => {
    expect(await failureOfSilentBody(200, '{"completion":')).toBeInstanceOf(
      Continuo.APIConnectionTimeoutError,
    )
  })

  test('of an error’s body leaves the error its status', async () => {
    expect(await failureOfSilentBody(401, '{"error":')).toBeInstanceOf(Continuo.AuthenticationError)
  })

  test('holds for a fetch that does not listen to its signal', async () => {
    const fetch = () => new Promise<Response>(() => undefined)
    const failure = await failureOf(complete({ fetch, timeout: 50, maxRetries: 0 }))
    expect(failure).toBeInstanceOf(Continuo.APIConnectionTimeoutError)
  })

  test('of Node’s own fetch is reported as one', async () => {
    const cause = Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' })
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }))
    const failure = await failureOf(complete({ fetch, maxRetries: 0 }))
    expect(failure).toBeInstanceOf(Continuo.APIConnectionTimeoutError)
  })

  test.each([0, -1, Number.NaN])('of %d is refused', async (timeout) => {
    expect(() => new Continuo({ apiKey: 'any', timeout })).toThrow('timeout')
    expect(await failureOf(complete({}, { timeout }))).toBeInstanceOf(ContinuoError)
  })

  test.each([-1, 0.5, Number.POSITIVE_INFINITY])('maxRetries of %d is refused', async (maxRetries) => {
    expect(() => new Continuo({ apiKey: 'any', maxRetries })).toThrow('maxRetries')
    expect(await failureOf(complete({}, { maxRetries }))).toBeInstanceOf(ContinuoError)
  })

  test('without end is the longest that a timer holds', async () => {
    const { url } = await startServer((response) => sendJson(response, 200, completionOf(' Hi')))
    const client = new Continuo({ apiKey: 'any', baseURL: url, timeout: Number.POSITIVE_INFINITY })
    expect((await client.completions.create(params)).completion).toBe(' Hi')
  })
})

describe('a signal', () => {
  test('that fired before sends nothing', async () => {
    const { url, requests } = await startServer((response) => sendJson(response, 200, completionOf('')))
    const failure = await failureOf(complete({ baseURL: url }, { signal: AbortSignal.abort('early') }))
    expect(failure).toBeInstanceOf(Continuo.APIUserAbortError)
    expect(failure).toMatchObject({ cause: 'early' })
    expect(requests).toHaveLength(0)
  })

  test('ends the wait for a response, closes the connection, and is not retried', async () => {
    const controller = new AbortController()
    const closed = deferred()
    const { url, requests } = await startServer((response) => {
      response.on('close', closed.resolve)
      controller.abort()
    })
    const failure = await failureOf(complete({ baseURL: url }, { signal: controller.signal }))
    expect(failure).toBeInstanceOf(Continuo.APIUserAbortError)
    await closed.promise
    expect(requests).toHaveLength(1)
  })

  test('ends the reading of a body', async () => {
    const controller = new AbortController()
    const { fetch, send } = fetchByHand()
    const failing = failureOf(complete({ fetch }, { signal: controller.signal }))
    send('{"completion":')
    setImmediate(() => controller.abort())
    expect(await failing).toBeInstanceOf(Continuo.APIUserAbortError)
  })

  test('ends the wait before a repetition', async () => {
    const controller = new AbortController()
    stopTimers()
    let tries = 0
    const fetch = async () => {
      tries += 1
      return new Response('{}', { status: 429, headers: { 'retry-after': '3600' } })
    }
    const failing = failureOf(complete({ fetch }, { signal: controller.signal }))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(vi.getTimerCount()).toBe(1)
    controller.abort('stop')
    const failure = await failing
    expect(failure).toBeInstanceOf(Continuo.APIUserAbortError)
    expect(failure).toMatchObject({ cause: 'stop' })
    expect([tries, vi.getTimerCount()]).toEqual([1, 0])
  })

  test('that times out itself is still the program’s', async () => {
    const { url } = await startServer(() => undefined)
    const failure = await failureOf(complete({ baseURL: url }, { signal: AbortSignal.timeout(100) }))
    expect(failure).toBeInstanceOf(Continuo.APIUserAbortError)
    expect(failure).toMatchObject({ cause: { name: 'TimeoutError' } })
  })

  test('of many calls gathers no listeners', async () => {
    const { url } = await startServer((response, _, index) => {
      if (index % 2 === 0) sendJson(response, 200, completionOf(' Hi'))
      else sendJson(response, 400, OVERLOADED)
    })
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener: add, removeEventListener: remove } = signal
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add.apply(signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove.apply(signal, args)
    }
    for (let count = 0; count < 10; count++) await failureOf(complete({ baseURL: url }, { signal }))
    await new Promise((resolve) => setImmediate(resolve))
    expect(listeners).toBe(0)
  })
})
