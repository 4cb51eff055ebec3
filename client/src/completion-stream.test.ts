import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { completionOf, cutAt, eventText, streamText } from '../test/completion-events.ts'
import { deferred } from '../test/deferred.ts'
import { type FetchByHand, fetchByHand } from '../test/fetch-by-hand.ts'
import {
  errorBody,
  type Script,
  startServer,
  startSocketServer,
  writeInPieces,
} from '../test/start-server.ts'
import { stopTimers } from '../test/stop-timers.ts'
import type { CompletionStream } from './completion-stream.ts'
import { Continuo } from './continuo.ts'
import type { FetchFunction } from './continuo-options.ts'
import type { RequestOptions } from './request-options.ts'

const HEADERS = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n'
const encoder = new TextEncoder()

function openStream(
  baseURL: string,
  options?: RequestOptions,
  fetch: FetchFunction = globalThis.fetch,
): Promise<CompletionStream> {
  const client = new Continuo({ baseURL, apiKey: 'any', maxRetries: 0, fetch })
  const params = { model: 'claude-2.1', prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 16 }
  return client.completions.create({ ...params, stream: true }, options)
}

/** A stream whose events the test sends; timers stand still. */
async function openByHand(options?: RequestOptions): Promise<FetchByHand & { stream: CompletionStream }> {
  stopTimers()
  const byHand = fetchByHand()
  return { ...byHand, stream: await openStream('http://by-hand', options, byHand.fetch) }
}

/** Reads to the end; what was read before a failure is in it. */
async function read(
  stream: CompletionStream,
  onText: () => unknown = () => undefined,
): Promise<{ text: string; stopReason: unknown; failure: unknown }> {
  let [text, stopReason]: [string, unknown] = ['', null]
  try {
    for await (const event of stream) {
      text += event.completion
      stopReason = event.stop_reason
      onText()
    }
  } catch (failure) {
    return { text, stopReason, failure }
  }
  return { text, stopReason, failure: undefined }
}

async function readFrom(script: Script): Promise<Awaited<ReturnType<typeof read>>> {
  const { url } = await startServer(script)
  return read(await openStream(url))
}

describe('a whole stream', () => {
  test('gives every event but pings, and ends after the one with a stop reason', async () => {
    const { url } = await startServer((response) => response.end(streamText([' Hello', ', 日本 👋'])))
    const events = []
    for await (const event of await openStream(url)) events.push(event)
    expect(events).toEqual([
      completionOf(' Hello'),
      completionOf(', 日本 👋'),
      completionOf('', 'stop_sequence'),
    ])
  })

  test.each(['\n', '\r\n', '\r'])('is the same with %j and the hardest cuts', async (newline) => {
    const texts = [' 日本', '👩‍👩‍👧', '\n\nHu', 'é"\\']
    const body = encoder.encode(streamText(texts, newline))
    const { url } = await startSocketServer(async (socket) => {
      socket.write(`${HEADERS}\r\n`)
      await writeInPieces(socket, cutAt(body, [...body.keys()]))
      socket.end()
    })
    expect(await read(await openStream(url))).toMatchObject({
      text: texts.join(''),
      stopReason: 'stop_sequence',
    })
  })

  test('is the same however its bytes were cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.array(fc.nat(2_000)),
        async (texts, places) => {
          const { url } = await startSocketServer(async (socket) => {
            socket.write(`${HEADERS}\r\n`)
            await writeInPieces(socket, cutAt(encoder.encode(streamText(texts)), places))
            socket.end()
          })
          const result = await read(await openStream(url))
          expect(result).toEqual({ text: texts.join(''), stopReason: 'stop_sequence', failure: undefined })
        },
      ),
      { numRuns: 30 },
    )
  })

  test('may lack the last blank line, and may hold events of names yet to come', async () => {
    const body = eventText('something_new', { a: 1 }) + streamText([' Hi']).trimEnd()
    expect(await readFrom((response) => response.end(body))).toMatchObject({
      text: ' Hi',
      failure: undefined,
    })
  })

  test('ends with its last event, whatever the server sends after it and however long it keeps the body open', async () => {
    const { stream, send, signals } = await openByHand()
    send(streamText([' Hi']) + eventText('error', errorBody('api_error', 'late')))
    expect(await read(stream)).toMatchObject({ text: ' Hi', stopReason: 'stop_sequence', failure: undefined })
    await vi.advanceTimersByTimeAsync(999)
    expect(signals[0]?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(signals[0]?.aborted).toBe(true)
  })

  test('reuses its connection for the next request', async () => {
    const ports: (number | undefined)[] = []
    const { url } = await startServer((response) => {
      ports.push(response.socket?.remotePort)
      response.end(streamText([' Hi']))
    })
    for (let count = 0; count < 5; count++) {
      await read(await openStream(url))
      // What the server has written arrives in a few turns of this process's event loop.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(ports).toEqual(Array(5).fill(ports[0]))
  })
})

describe('a stream that fails', () => {
  test.each([
    ['overloaded_error', Continuo.OverloadedError],
    ['invalid_request_error', Continuo.BadRequestError],
    ['brand_new_error', Continuo.APIError],
  ])('throws the class of %s', async (type, errorClass) => {
    const { text, failure } = await readFrom((response) => {
      response.setHeader('request-id', 'req_07')
      response.end(
        eventText('completion', completionOf(' Hi')) + eventText('error', errorBody(type, 'Too much')),
      )
    })
    expect(text).toBe(' Hi')
    expect(failure).toBeInstanceOf(errorClass)
    expect(failure).toMatchObject({ type, message: 'Too much', status: undefined, requestID: 'req_07' })
  })

  test.each([
    ['between two events', eventText('completion', completionOf(' Hi'))],
    [
      'within an event',
      eventText('completion', completionOf(' Hi')) + eventText('completion', completionOf('x')).slice(0, 40),
    ],
    ['before the first event', ''],
  ])('throws when the body ends %s', async (_, body) => {
    const { failure } = await readFrom((response) => {
      response.setHeader('content-type', 'text/event-stream').setHeader('request-id', 'req_08')
      response.end(body)
    })
    expect(failure).toBeInstanceOf(Continuo.APIConnectionError)
    expect(failure).toMatchObject({
      message: 'The stream ended before the completion did: no stop_reason came.',
      requestID: 'req_08',
    })
  })

  test('throws when the connection is cut', async () => {
    let cut: () => unknown = () => undefined
    const { url } = await startServer((response) => {
      cut = () => response.destroy()
      response.write(eventText('completion', completionOf(' Hi')))
    })
    const { text, failure } = await read(await openStream(url), () => cut())
    expect(text).toBe(' Hi')
    expect(failure).toBeInstanceOf(Continuo.APIConnectionError)
  })

  test('names the content type of a response that is not a stream', async () => {
    const { failure } = await readFrom((response) => {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(completionOf(' Hi', 'max_tokens')))
    })
    expect(String(failure)).toContain('content type was: application/json')
  })

  test.each(['{"completion":', '[]', 'null', '{"completion":7}'])(
    'throws at an event of %s',
    async (data) => {
      const { failure } = await readFrom((response) => response.end(`event: completion\ndata: ${data}\n\n`))
      expect(failure).toBeInstanceOf(Continuo.APIError)
      expect(failure).toMatchObject({
        message: 'The server sent an event that is no completion.',
        error: data,
      })
    },
  )

  test('throws when the server falls silent, and aborts the request', async () => {
    const { stream, send, signals } = await openByHand({ timeout: 1_000 })
    const reading = read(stream)
    send(eventText('completion', completionOf(' Hi')))
    await vi.advanceTimersByTimeAsync(999)
    expect(signals[0]?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const { text, failure } = await reading
    expect(text).toBe(' Hi')
    expect(failure).toBeInstanceOf(Continuo.APIConnectionTimeoutError)
    expect(signals[0]?.aborted).toBe(true)
  })

  test('does not count pings as silence, nor the time that the program takes', async () => {
    const { stream, send } = await openByHand({ timeout: 1_000 })
    const texts: string[] = []
    const loop = async () => {
      for await (const { completion } of stream) {
        texts.push(completion)
        await vi.advanceTimersByTimeAsync(1_500)
      }
    }
    const looping = loop()
    for (let count = 0; count < 5; count++) {
      send(eventText('ping', { type: 'ping' }))
      await vi.advanceTimersByTimeAsync(999)
    }
    send(streamText([' Hi', ' there']))
    await looping
    expect(texts).toEqual([' Hi', ' there', ''])
  })
})

describe('a stream that is cancelled', () => {
  /** A server whose stream never ends; `closed` resolves when its connection is closed. */
  async function startEndless(): Promise<{ url: string; closed: Promise<void> }> {
    const { promise: closed, resolve } = deferred()
    const { url } = await startServer((response) => {
      const timer = setInterval(() => response.write(eventText('completion', completionOf(' Hi'))), 5)
      response.on('close', () => {
        clearInterval(timer)
        resolve()
      })
    })
    return { url, closed }
  }

  test('by break: the server sees the connection close', async () => {
    const { url, closed } = await startEndless()
    const stream = await openStream(url)
    for await (const event of stream) if (event.completion === ' Hi') break
    expect(stream.controller.signal.aborted).toBe(true)
    await closed
  })

  test('by an error in the loop: the error comes through, the connection closes', async () => {
    const { url, closed } = await startEndless()
    const stream = await openStream(url)
    const loop = async () => {
      for await (const event of stream) throw new Error(`no more${event.completion}`)
    }
    await expect(loop()).rejects.toThrow('no more Hi')
    await closed
  })

  test.each([
    ['its controller', (stream: CompletionStream) => stream.controller.abort()],
    [
      'its controller, for a reason',
      (stream: CompletionStream) => stream.controller.abort(new Error('stop button')),
    ],
    ['abort()', (stream: CompletionStream) => stream.abort()],
  ])('by %s: the loop throws, the connection closes', async (_, abort) => {
    const { url, closed } = await startEndless()
    const stream = await openStream(url)
    const { text, failure } = await read(stream, () => setImmediate(() => abort(stream)))
    expect(text).toMatch(/^( Hi)+$/)
    expect(failure).toBeInstanceOf(Continuo.APIUserAbortError)
    await closed
  })

  test('by its signal, with the reason as the cause', async () => {
    const { url, closed } = await startEndless()
    const controller = new AbortController()
    const stream = await openStream(url, { signal: controller.signal })
    const { failure } = await read(stream, () => setImmediate(() => controller.abort('enough')))
    expect(failure).toBeInstanceOf(Continuo.APIUserAbortError)
    expect(failure).toMatchObject({ cause: 'enough' })
    await closed
  })

  test('before it was read', async () => {
    const { url, closed } = await startEndless()
    const stream = await openStream(url)
    stream.abort()
    await closed
    expect((await read(stream)).failure).toBeInstanceOf(Continuo.APIUserAbortError)
  })

  test('while an event is being looked at: no further event comes', async () => {
    const { url } = await startServer((response) => response.end(streamText([' a', ' b', ' c'])))
    const stream = await openStream(url)
    const texts: string[] = []
    const loop = async () => {
      for await (const event of stream) {
        texts.push(event.completion)
        stream.controller.abort()
      }
    }
    await expect(loop()).rejects.toThrow(Continuo.APIUserAbortError)
    expect(texts).toEqual([' a'])
  })
})

test('a stream is read once', async () => {
  const { url } = await startServer((response) => response.end(streamText([' Hi'])))
  const stream = await openStream(url)
  expect(await read(stream)).toMatchObject({ text: ' Hi', failure: undefined })
  expect(String((await read(stream)).failure)).toContain('only once')
})

test('a fetch that does not listen to its signal has its body cancelled', async () => {
  const cancelled = deferred()
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(encoder.encode(eventText('completion', completionOf(' Hi')))),
    cancel: () => cancelled.resolve(),
  })
  const client = new Continuo({ apiKey: 'any', fetch: async () => new Response(body) })
  const params = { model: 'claude-2.1', prompt: 'x', max_tokens_to_sample: 1 }
  for await (const event of await client.completions.create({ ...params, stream: true })) {
    if (event.completion === ' Hi') break
  }
  await cancelled.promise
})
