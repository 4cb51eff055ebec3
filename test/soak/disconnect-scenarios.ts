import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { CallerRequest } from '../http-caller.ts'
import { counting } from '../obeying-model.ts'
import { UPSTREAM_MODELS } from '../steady-server.ts'
import { quoted, Violation } from '../violation.ts'
import { type Asked, placeOf, requestOf } from './ask.ts'
import { slowlyRead, story } from './good-scenarios.ts'
import { pickRoute } from './pick-route.ts'
import { between, pick, type Random } from './random.ts'
import type { Caller, Outcome, Scenario } from './scenario.ts'

/** Callers who do not stay, and bytes that are no request. */
export const DISCONNECT_SCENARIOS: readonly Scenario[] = [
  { name: 'leaves at any time', weight: 8, run: (caller) => cancel(caller, someLongRequest(caller.random)) },
  { name: 'leaves behind a piece', weight: 4, run: disconnectAfterChunk },
  { name: 'leaves while it sends', weight: 2, run: disconnectWhileSending },
  { name: 'stops reading', weight: 1, run: stopReading },
  { name: 'half closes', weight: 1, run: halfClose },
  { name: 'garbage', weight: 1, run: sendGarbage },
]

function someLongRequest(random: Random): Asked {
  return random() < 0.6 ? story(random) : slowlyRead(random)
}

/** Before the headers, in the middle, or not at all when the answer was quick. */
async function cancel(caller: Caller, asked: Asked): Promise<Outcome> {
  const disconnecting = new AbortController()
  const timer = setTimeout(() => disconnecting.abort(), between(caller.random, 0, 150))
  try {
    await sendUntilDisconnect(
      caller,
      { ...requestOf(asked), signal: disconnecting.signal },
      disconnecting.signal,
      placeOf(asked),
    )
  } finally {
    clearTimeout(timer)
  }
  return 'left'
}

async function disconnectAfterChunk(caller: Caller): Promise<Outcome> {
  const disconnecting = new AbortController()
  const asked = { ...someLongRequest(caller.random), stream: true }
  let pieces = between(caller.random, 1, 5)
  const onPiece = () => {
    pieces -= 1
    if (pieces === 0) disconnecting.abort()
  }
  const request = { ...requestOf(asked), onPiece, signal: disconnecting.signal }
  await sendUntilDisconnect(caller, request, disconnecting.signal, placeOf(asked))
  return 'left'
}

/** What fails is the caller's own doing as soon as it has left; before that nothing may. */
async function sendUntilDisconnect(
  caller: Caller,
  request: CallerRequest,
  left: AbortSignal,
  where: string,
): Promise<void> {
  try {
    await caller.http.send(request)
  } catch (error) {
    if (error instanceof Violation) throw error
    if (!left.aborted) throw new Violation(where, 'the connection broke', { cause: error })
  }
}

async function disconnectWhileSending(caller: Caller): Promise<Outcome> {
  const disconnecting = new AbortController()
  const asked = someLongRequest(caller.random)
  async function* half(body: string) {
    yield body.slice(0, body.length / 2)
    await delay(between(caller.random, 0, 50))
    disconnecting.abort()
  }
  const request = { ...requestOf({ ...asked, pieces: half }), signal: disconnecting.signal }
  await sendUntilDisconnect(caller, request, disconnecting.signal, placeOf(asked))
  return 'left'
}

/** More than the buffers between hold, so that the server has to wait for a reader who is gone in the end. */
async function stopReading(caller: Caller): Promise<Outcome> {
  const modelId = pick(caller.random, UPSTREAM_MODELS)
  const route = pickRoute(caller.random, modelId)
  const question = { text: counting(20_000), modelId, maxTokens: 100_000, temperature: 1 }
  const socket = await openSocket(caller.port)
  socket.pause()
  socket.write(rawRequest(requestOf({ route, question, stream: true, expectedText: null })))
  await delay(between(caller.random, 500, 2_000))
  socket.destroy()
  return 'left'
}

async function halfClose(caller: Caller): Promise<Outcome> {
  const socket = await openSocket(caller.port)
  const received = receivedUntilClose(socket, 'a caller that closed its sending half', caller)
  socket.write(rawRequest(requestOf(story(caller.random))))
  await delay(between(caller.random, 0, 50))
  socket.end()
  await received
  return 'left'
}

/** Gets a plain 400 and the end. */
async function sendGarbage(caller: Caller): Promise<Outcome> {
  const where = 'bytes that are no HTTP'
  const socket = await openSocket(caller.port)
  const received = receivedUntilClose(socket, where, caller)
  socket.write(`${String.fromCharCode(22, 3, 1)} hello\r\n\r\n`)
  const response = await received
  if (!response.startsWith('HTTP/1.1 400 ')) throw new Violation(where, `it got ${quoted(response)}`)
  return 'refused'
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
  return socket
}

/**
 * Reads until the server closes the connection. How long that may take is not a matter of time, which a busy machine
 * may need: a server that has answered others that came later has not forgotten this one by accident.
 */
async function receivedUntilClose(socket: Socket, where: string, { http }: Caller): Promise<string> {
  let received = ''
  socket.setEncoding('latin1').on('data', (piece: string) => {
    received += piece
  })
  socket.once('end', () => socket.end())
  const closed = new Promise<'closed'>((resolve) => socket.once('close', () => resolve('closed')))
  const forgotten = async () => {
    await delay(CLOSE_PATIENCE_MS, undefined, { ref: false })
    for (let others = 0; others < 3; others++) await http.send({ method: 'GET', path: '/health' })
    return 'forgotten' as const
  }
  const outcome = socket.destroyed ? 'closed' : await Promise.race([closed, forgotten()])
  const state = `${socket.readyState}, ${received.length} bytes received: ${quoted(received.slice(-200))}`
  socket.destroy()
  if (outcome === 'closed') return received
  throw new Violation(where, `the connection was not closed (${state})`)
}

const CLOSE_PATIENCE_MS = 20_000

function rawRequest({ method, path, headers, body }: CallerRequest): string {
  const text = String(body)
  const fields = Object.entries({ host: 'x', ...headers, 'content-length': Buffer.byteLength(text) })
  return [`${method} ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), '', text].join(
    '\r\n',
  )
}
