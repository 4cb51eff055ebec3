import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type HttpResponses, readHttpResponses } from './read-http-responses.ts'

/** How bytes are sent. */
export interface SentBytes {
  readonly pieces: readonly Uint8Array[]
  /** Between two pieces. */
  readonly pauseMs: number
  /** Breaks the connection after the last piece. */
  readonly breaksOff: boolean
  /** How long an answer may take to begin, and the next piece of it. */
  readonly patienceMs: number
  /** Whether it is asked with HEAD, so that no body comes. */
  readonly isHead?: boolean
}

/** What came back, and whether the server closed the connection. */
export interface ReceivedResponses extends HttpResponses {
  readonly isClosed: boolean
}

/** The server closes the connection at whatever piece it likes; then the rest is not sent. */
export async function sendBytes(port: number, sent: SentBytes): Promise<ReceivedResponses> {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined)
  let received = ''
  let isClosed = false
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
  })
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      resolve()
    })
  })
  for (const piece of sent.pieces) {
    if (socket.destroyed) break
    socket.write(piece)
    if (sent.pauseMs > 0) await delay(sent.pauseMs)
  }
  if (sent.breaksOff) socket.destroy()
  else await Promise.race([closed, silenceOf(socket, sent.patienceMs, () => isWhole(received, sent.isHead))])
  const wasClosed = isClosed
  socket.destroy()
  return { ...readHttpResponses(received, wasClosed, sent.isHead), isClosed: wasClosed }
}

/** Something came, and nothing is missing of it. */
function isWhole(received: string, isHead = false): boolean {
  const { responses, rest } = readHttpResponses(received, false, isHead)
  return responses.length > 0 && rest === ''
}

/** Until nothing more is expected or nothing more comes. */
async function silenceOf(socket: Socket, patienceMs: number, isDone: () => boolean): Promise<void> {
  // Two pieces may come before the first is looked at.
  while (!isDone()) {
    const data = new Promise<'data'>((resolve) => socket.once('data', () => resolve('data')))
    if ((await Promise.race([data, delay(patienceMs, 'silence', { ref: false })])) === 'silence') return
  }
}
