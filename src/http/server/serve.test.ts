import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { joinedText, readEvents } from '../../../test/conformance/read-events.ts'
import { eventLoopTurns, untilStill } from '../../../test/event-loop-turns.ts'
import { type Script, ScriptedEngine } from '../../../test/scripted-engine.ts'
import {
  type ScriptedServer,
  type ScriptedSettings,
  startScriptedServer,
} from '../../../test/start-scripted-server.ts'
import { ListenError } from './listen-error.ts'
import { serve } from './serve.ts'

const HEADERS = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }
const BODY = { model: 'claude-2', prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 16 }
const HANGING: Script = { steps: [' Half', { hangs: true }] }
const SHORT: Script = { steps: [' Hi', { ends: 'end-of-generation' }] }

let server: ScriptedServer | undefined
let engine: ScriptedEngine

afterEach(() => {
  server?.closeNow()
  vi.restoreAllMocks()
})

async function start(script: Script, settings?: ScriptedSettings): Promise<ScriptedServer> {
  engine = new ScriptedEngine(script)
  server = await startScriptedServer(engine, settings)
  return server
}

function post(url: string, body: object = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/complete`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify({ ...BODY, ...body }),
    signal: signal ?? null,
  })
}

/** A request as bytes. */
function rawRequest(body: object = {}, headers: readonly string[] = []): string {
  const json = JSON.stringify({ ...BODY, ...body })
  const fields = Object.entries({ ...HEADERS, 'content-length': Buffer.byteLength(json) })
  const lines = fields.map(([name, value]) => `${name}: ${value}`)
  return ['POST /v1/complete HTTP/1.1', 'host: x', ...lines, ...headers, '', json].join('\r\n')
}

async function openSocket({ port }: ScriptedServer): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket.on('error', () => undefined)
}

/** Everything a socket receives until the other side ends it. */
async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (piece: string) => {
    text += piece
  })
  await new Promise((resolve) => socket.once('close', resolve).once('end', () => socket.end()))
  return text
}

/** Waits until a socket is closed, with an error or without. */
async function untilClosed(socket: Socket): Promise<void> {
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
}

async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 5000, interval: 5 })
}

/** A request that the engine finds cancelled soon after `leave`. */
async function expectCancelSoon(cancel: () => void): Promise<void> {
  await engine.running.until(1)
  const cancelledAtMs = performance.now()
  cancel()
  await engine.running.until(0)
  expect(engine.cancelledAtMs).toHaveLength(1)
  // The rule is 100 ms; a busy machine gets more.
  expect((engine.cancelledAtMs[0] ?? 0) - cancelledAtMs).toBeLessThan(500)
}

describe('serve', () => {
  it.each([false, true])(
    'cancels the completion when the client disconnects during prefill, stream %s',
    async (stream) => {
      const { url, usageRecords } = await start({ steps: [{ hangs: true }] })
      const controller = new AbortController()
      const response = post(url, { stream }, controller.signal).then((response) => response.text())
      response.catch(() => undefined)
      await expectCancelSoon(() => controller.abort())
      await expect(response).rejects.toThrow()
      expect(usageRecords).toMatchObject([{ outcome: 'cancelled' }])
    },
  )

  it.each([false, true])('cancels the completion when its socket is destroyed, stream %s', async (stream) => {
    const errorLog = vi.spyOn(console, 'error')
    const infoLog = vi.spyOn(console, 'info')
    const testServer = await start(HANGING)
    const socket = await openSocket(testServer)
    socket.write(rawRequest({ stream }))
    await expectCancelSoon(() => socket.destroy())
    await until(() => testServer.logLines.length === 1)
    expect(testServer.logLines).toMatchObject([{ message: 'request', outcome: 'cancelled' }])
    expect([...errorLog.mock.calls, ...infoLog.mock.calls]).toEqual([])
  })

  it('treats a client that closes its sending half as disconnected', async () => {
    const socket = await openSocket(await start(HANGING))
    const received = readAll(socket)
    socket.write(rawRequest())
    await expectCancelSoon(() => socket.end())
    expect(await received).toBe('')
  })

  it('cancels the completion when the client disconnects before the first event', async () => {
    const socket = await openSocket(await start({ beforeStart: [{ hangs: true }], steps: [] }))
    socket.write(rawRequest({ stream: true }))
    await expectCancelSoon(() => socket.destroy())
  })

  it('drops a waiting pipelined request with its connection', async () => {
    const testServer = await start(HANGING)
    const socket = await openSocket(testServer)
    socket.write(rawRequest() + rawRequest())
    await expectCancelSoon(() => socket.destroy())
    await expectHealthy(testServer)
    expect(engine.requests).toHaveLength(1)
  })

  it('responds to pipelined requests in order', async () => {
    const testServer = await start({
      steps: ({ maxTokens }) => [` ${maxTokens}`, { ends: 'end-of-generation' }],
    })
    const socket = await openSocket(testServer)
    socket.write(rawRequest({ max_tokens_to_sample: 7 }))
    socket.write(rawRequest({ max_tokens_to_sample: 8 }, ['connection: close']))
    const responses = await readAll(socket)
    expect(responses.match(/"completion":" \d"/g)).toEqual(['"completion":" 7"', '"completion":" 8"'])
  })

  it('responds to every request of a burst, however few may wait', async () => {
    const testServer = await start(
      { steps: [' a', { delayMs: 50 }, { ends: 'end-of-generation' }] },
      { limits: { maxPipelinedRequests: 2 } },
    )
    const socket = await openSocket(testServer)
    const health = 'GET /health HTTP/1.1\r\nhost: a\r\n'
    socket.write(`${rawRequest()}${`${health}\r\n`.repeat(3_998)}${health}connection: close\r\n\r\n`)
    const responses = await readAll(socket)
    expect(responses.match(/HTTP\/1\.1 200/g)).toHaveLength(4_000)
  })

  it('serves other connections between the requests of a burst', async () => {
    let slow = 0
    const running = await serve(
      async ({ path }) => {
        const endsAtMs = performance.now() + (path === '/slow' ? 1 : 0)
        while (performance.now() < endsAtMs);
        slow += path === '/slow' ? 1 : 0
        return { status: 200, headers: {}, body: 'a' }
      },
      { host: '127.0.0.1', port: 0 },
    )
    const burst = connect(running.port, '127.0.0.1').on('error', () => undefined)
    burst.resume().write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(1500))
    await until(() => slow > 0)
    await fetch(`${running.url}/fast`)
    expect(slow).toBeLessThan(1500)
    running.closeNow()
  })

  it('reads on a connection with too many requests when some have their response', async () => {
    const testServer = await start(
      { steps: [' a', { delayMs: 20 }, { ends: 'end-of-generation' }] },
      { limits: { maxPipelinedRequests: 1 } },
    )
    const socket = await openSocket(testServer)
    for (let count = 0; count < 6; count++) {
      socket.write(rawRequest())
      await eventLoopTurns()
    }
    socket.write(rawRequest({}, ['connection: close']))
    const responses = await readAll(socket)
    expect(responses.match(/HTTP\/1\.1 200/g)).toHaveLength(7)
  })

  it('refuses requests that wait for others when too many do, and closes the connection', async () => {
    const testServer = await start(
      { steps: [' a', { delayMs: 20 }, { ends: 'end-of-generation' }] },
      { limits: { maxWaitingRequests: 3 } },
    )
    const socket = await openSocket(testServer)
    socket.write(rawRequest().repeat(9))
    const responses = await readAll(socket)
    expect(responses.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 529',
    ])
    expect(responses).toContain('overloaded_error')
    await expectHealthy(testServer)
  })

  it('finishes running completions and refuses new ones while it drains', async () => {
    const testServer = await start({
      steps: [' One', { delayMs: 200 }, ' two', { ends: 'end-of-generation' }],
    })
    const idle = await openSocket(testServer)
    const [whole, stream] = [post(testServer.url), post(testServer.url, { stream: true })]
    await engine.running.until(2)
    const drained = testServer.drain()
    await readAll(idle)
    await expect(post(testServer.url)).rejects.toThrow()
    expect(await (await whole).json()).toMatchObject({ completion: ' One two' })
    expect(await (await stream).text()).toContain('"stop_reason":"stop_sequence"')
    await drained
  })

  it('refuses a request on a kept connection while it drains', async () => {
    const testServer = await start({ steps: [{ delayMs: 100 }, { ends: 'end-of-generation' }] })
    const socket = await openSocket(testServer)
    socket.write(rawRequest())
    await engine.running.until(1)
    const drained = testServer.drain()
    const received = readAll(socket)
    socket.write(rawRequest())
    await drained
    expect((await received).startsWith('HTTP/1.1 200')).toBe(true)
    expect(engine.requests).toHaveLength(1)
  })

  it('ends everything on closeNow', async () => {
    const testServer = await start(HANGING)
    const response = post(testServer.url)
    response.catch(() => undefined)
    await engine.running.until(1)
    testServer.closeNow()
    await expect(response).rejects.toThrow()
    await engine.running.until(0)
  })

  it('reports a port in use in one line', async () => {
    const { port } = await start(SHORT)
    const second = serve(async () => ({ status: 200, headers: {}, body: null }), { host: '127.0.0.1', port })
    await expect(second).rejects.toThrow(ListenError)
    await expect(second).rejects.toThrow(
      `cannot listen on 127.0.0.1 port ${port}: the port is in use by another program`,
    )
  })

  it('responds with 400 to bytes that are no HTTP and closes the connection', async () => {
    const testServer = await start(SHORT)
    const socket = await openSocket(testServer)
    socket.write('\u0016\u0003\u0001 hello?\r\n\r\n')
    const response = await readAll(socket)
    expect(response).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nconnection: close\r\n/)
    expect(response).toContain('"type":"invalid_request_error"')
    await expectHealthy(testServer)
  })

  it('refuses garbage after a request without touching the response', async () => {
    const testServer = await start(HANGING)
    const socket = await openSocket(testServer)
    const received = readAll(socket)
    socket.write(rawRequest({ stream: true }))
    await once(socket, 'data')
    socket.write('garbage garbage\r\n\r\n')
    const response = await received
    expect(response).toContain(' Half')
    expect(response).not.toContain('HTTP/1.1 400')
    await engine.running.until(0)
    await expectHealthy(testServer)
  })

  it('closes a connection whose headers exceed the time limit', async () => {
    const testServer = await start(SHORT, { limits: { headersMs: 200 } })
    const socket = await openSocket(testServer)
    socket.write('POST /v1/complete HTTP/1.1\r\nhost: x\r\n')
    expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('closes a silent connection after the same time', async () => {
    const testServer = await start(SHORT, { limits: { headersMs: 200 } })
    await readAll(await openSocket(testServer))
  })

  it('closes a connection whose body exceeds the time limit', async () => {
    const testServer = await start(SHORT, { limits: { headersMs: 200, requestMs: 400 } })
    const socket = await openSocket(testServer)
    socket.write('POST /v1/complete HTTP/1.1\r\nhost: x\r\nx-api-key: K\r\n')
    socket.write('anthropic-version: 2023-06-01\r\ncontent-length: 1000\r\n\r\n')
    const drip = setInterval(() => socket.write(' '), 20)
    const response = await readAll(socket)
    clearInterval(drip)
    expect(response).toMatch(/^HTTP\/1\.1 408 /)
    await expectHealthy(testServer)
  })

  /** Headers of a request that is refused before its body of this many bytes has arrived. */
  function unauthenticated(bodyBytes: number): string {
    return `POST /v1/complete HTTP/1.1\r\nhost: x\r\nx-api-key: no\r\ncontent-length: ${bodyBytes}\r\n\r\n`
  }

  it('delivers a response before the request is whole to a client that continues to send', async () => {
    const testServer = await start(SHORT)
    const socket = await openSocket(testServer)
    let received = ''
    socket.on('data', (piece) => {
      received += piece
    })
    const piece = 'x'.repeat(200_000)
    socket.write(unauthenticated(20 * piece.length))
    for (let sent = 0; sent < 20; sent++) {
      expect(socket.destroyed).toBe(false)
      await new Promise((resolve) => socket.write(piece, resolve))
    }
    socket.end()
    await untilClosed(socket)
    expect(received).toMatch(/^HTTP\/1\.1 401 .*\r\nconnection: close\r\n.*invalid x-api-key/is)
    await expectHealthy(testServer)
  })

  it('reads the rest of such a request for a limited time', async () => {
    const testServer = await start(SHORT, { limits: { lingerMs: 200 } })
    const socket = await openSocket(testServer)
    const [response] = await Promise.all([once(socket, 'data'), socket.write(unauthenticated(1_000_000))])
    const drip = setInterval(() => socket.write('x'), 20)
    await untilClosed(socket)
    clearInterval(drip)
    expect(String(response)).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('keeps a connection whose request was whole when it was refused', async () => {
    const testServer = await start(SHORT)
    const socket = await openSocket(testServer)
    const received = readAll(socket)
    socket.write(`${unauthenticated(1)}x`)
    await once(socket, 'data')
    socket.write(rawRequest({}, ['connection: close']))
    expect((await received).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
  })

  it('refuses headers over the size limit', async () => {
    const testServer = await start(SHORT, { limits: { maxHeaderBytes: 4096 } })
    const socket = await openSocket(testServer)
    socket.write(`GET /health HTTP/1.1\r\nx: ${'y'.repeat(9000)}\r\n\r\n`)
    expect(await readAll(socket)).toContain('The request headers are too large')
  })

  it('closes the connection of a client that reads nothing', async () => {
    const flood = 'x'.repeat(50_000)
    const testServer = await start(
      { steps: () => Array.from({ length: 1000 }, () => flood) },
      { limits: { stalledReaderMs: 200 } },
    )
    const socket = await openSocket(testServer)
    socket.pause()
    socket.write(rawRequest({ stream: true, max_tokens_to_sample: 5000 }))
    await engine.running.until(1)
    await engine.running.until(0)
    await until(() => testServer.usageRecords.length === 1)
    expect(testServer.usageRecords).toMatchObject([{ outcome: 'cancelled' }])
    socket.destroy()
  })

  it('keeps a connection on which the server itself is slow', async () => {
    const testServer = await start(
      { steps: [{ delayMs: 500 }, ' Late', { ends: 'end-of-generation' }] },
      { limits: { stalledReaderMs: 100, keepAliveMs: 100 } },
    )
    expect(await (await post(testServer.url)).json()).toMatchObject({ completion: ' Late' })
  })

  it('closes an idle connection', async () => {
    const testServer = await start(SHORT, { limits: { keepAliveMs: 100, stalledReaderMs: 60_000 } })
    const socket = await openSocket(testServer)
    socket.write(rawRequest())
    expect(await readAll(socket)).toContain('" Hi"')
  })

  it('serves an HTTP/1.0 client without a Host header, and streams to it without chunks', async () => {
    const testServer = await start(SHORT)
    const socket = await openSocket(testServer)
    socket.write(rawRequest({ stream: true }).replace('HTTP/1.1\r\nhost: x', 'HTTP/1.0'))
    const response = await readAll(socket)
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(response).not.toContain('transfer-encoding')
    expect(response.endsWith('\r\n\r\n')).toBe(true)
  })

  /** The body of a chunked answer; fails where a chunk is not as long as it says. */
  function readChunks(response: string): { readonly head: string; readonly pieces: readonly string[] } {
    const [head = '', ...rest] = response.split('\r\n\r\n')
    let body = rest.join('\r\n\r\n')
    const pieces: string[] = []
    for (;;) {
      const [line = '', size = ''] = /^([0-9a-f]+)\r\n/.exec(body) ?? []
      const length = Number.parseInt(size, 16)
      expect(length).not.toBeNaN()
      pieces.push(body.slice(line.length, line.length + length))
      expect(body.slice(line.length + length).startsWith('\r\n')).toBe(true)
      body = body.slice(line.length + length + 2)
      if (length > 0) continue
      expect(body).toBe('')
      return { head, pieces }
    }
  }

  it('streams chunks of ASCII with correct lengths', async () => {
    const texts = [' é', ' 😀', 'x'.repeat(70_000), ' \u2028']
    const steps = texts.flatMap((text) => [text, { delayMs: 5 }])
    const testServer = await start({ steps: [...steps, { ends: 'end-of-generation' }] })
    const socket = await openSocket(testServer)
    socket.write(rawRequest({ stream: true, max_tokens_to_sample: 1000 }, ['connection: close']))
    const { head, pieces } = readChunks(await readAll(socket))
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\ntransfer-encoding: chunked\r\n/s)
    expect(pieces.join('')).toMatch(/^[\r\n\x20-\x7e]*$/)
    expect(joinedText(readEvents(pieces.join('')))).toBe(texts.join(''))
    expect(pieces.at(-1)).toBe('')
  })

  it('sends the headers before the first text, also without a preamble', async () => {
    const testServer = await start({ steps: [{ hangs: true }] })
    const socket = await openSocket(testServer)
    const body = JSON.stringify({ model: 'claude-2', prompt: 'Hi', max_tokens: 16, stream: true })
    const head = `POST /v1/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer K\r\n`
    socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`)
    const [received] = await once(socket, 'data')
    expect(String(received)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n$/s)
  })

  it('sends a slow reader all of a stream that is longer than any buffer', async () => {
    const texts = Array.from({ length: 60 }, (_, index) => ` ${index}${'x'.repeat(100_000)}`)
    const testServer = await start({ steps: [...texts, { ends: 'end-of-generation' }] })
    const socket = await openSocket(testServer)
    socket.pause()
    socket.write(rawRequest({ stream: true, max_tokens_to_sample: 1000 }, ['connection: close']))
    await engine.running.until(1)
    await untilStill(() => engine.yieldedCount)
    expect(engine.running.value).toBe(1)
    const response = readAll(socket)
    socket.resume()
    const { pieces } = readChunks(await response)
    expect(joinedText(readEvents(pieces.join('')))).toBe(texts.join(''))
  })

  it('cancels the completion when the client disconnects while its connection is full', async () => {
    const testServer = await start({ steps: () => Array.from({ length: 1000 }, () => 'x'.repeat(50_000)) })
    const socket = await openSocket(testServer)
    socket.pause()
    socket.write(rawRequest({ stream: true, max_tokens_to_sample: 5000 }))
    await engine.running.until(1)
    await untilStill(() => engine.yieldedCount)
    socket.destroy()
    await engine.running.until(0)
    await until(() => testServer.logLines.length === 1)
    expect(testServer.logLines).toMatchObject([{ message: 'request', outcome: 'cancelled', status: 200 }])
  })

  it('reads a body that comes byte by byte', async () => {
    const testServer = await start({ steps: [' Hi', { ends: 'end-of-generation' }] })
    const socket = await openSocket(testServer)
    for (const byte of rawRequest({}, ['connection: close'])) {
      socket.write(byte)
      await eventLoopTurns(1)
    }
    expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(engine.requests).toMatchObject([{ prompt: { text: BODY.prompt } }])
  })

  it('sends nothing to the engine for a body that breaks off', async () => {
    const testServer = await start(SHORT)
    const socket = await openSocket(testServer)
    socket.write(rawRequest().slice(0, -5), () => socket.destroy())
    await until(() => testServer.logLines.length === 1)
    expect(engine.requests).toHaveLength(0)
    expect(testServer.logLines).toMatchObject([{ message: 'request', status: 499 }])
    await expectHealthy(testServer)
  })

  it('keeps a connection after bodies that no route reads', async () => {
    const testServer = await start(SHORT)
    const socket = await openSocket(testServer)
    socket.write(rawRequest().replace('/v1/complete', '/nowhere') + rawRequest({ prompt: 'no turn' }))
    socket.write(rawRequest({}, ['connection: close']))
    const statuses = (await readAll(socket)).match(/HTTP\/1\.1 \d+/g)
    expect(statuses).toEqual(['HTTP/1.1 404', 'HTTP/1.1 400', 'HTTP/1.1 200'])
  })

  it('serves a request with an unknown expectation', async () => {
    const testServer = await start(SHORT)
    const socket = await openSocket(testServer)
    socket.write(rawRequest({}, ['expect: a-pony', 'connection: close']))
    expect(await readAll(socket)).toMatch(/^HTTP\/1\.1 200 OK/)
  })

  async function expectHealthy({ url }: ScriptedServer): Promise<void> {
    const response = await fetch(`${url}/health`)
    expect(response.status).toBe(200)
    await response.arrayBuffer()
  }
})
