import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { UpstreamResponse } from '../../src/engines/upstream/transport/upstream-response.ts'
import { eventLoopTurns, untilStill } from '../event-loop-turns.ts'
import {
  CHUNKED_HEAD,
  chunk,
  HandwrittenUpstreams,
  LAST_CHUNK,
  sendTo,
  streamHead,
} from '../handwritten-upstream.ts'

const calls = new HandwrittenUpstreams()
afterEach(() => calls.close())

/** More than the buffers of two sockets on loopback. */
const BODY_BYTES = 16 * 1024 * 1024
/** Most bytes in those. */
const MAX_SOCKET_BYTES = 12 * 1024 * 1024
/** Most unread bytes, with the read that exceeds the limit. */
const MAX_HELD_BYTES = 2 * 64 * 1024
/** A body in which neighboring parts differ. */
const BODY = Buffer.from(
  Uint32Array.from({ length: BODY_BYTES / 4 }, (_, index) => index * 2_654_435_761).buffer,
)

const pieceOf = (piece: Uint8Array) => piece
const FRAMINGS: [string, string, (piece: Uint8Array) => Uint8Array, (socket: Socket) => unknown][] = [
  ['a body that ends with its connection', streamHead(), pieceOf, (socket) => socket.end()],
  ['a body of known length', streamHead(`content-length: ${BODY_BYTES}`), pieceOf, () => undefined],
  ['a chunked body', CHUNKED_HEAD, chunk, (socket) => socket.write(LAST_CHUNK)],
]

/** Writes as much as the client reads, until it disconnects. */
async function writeBody(socket: Socket, [, head, framed, end]: (typeof FRAMINGS)[number]): Promise<void> {
  socket.write(head)
  const pieceBytes = 60_000
  for (let from = 0; from < BODY_BYTES; from += pieceBytes) {
    if (socket.destroyed) return
    const isTaken = socket.write(framed(BODY.subarray(from, from + pieceBytes)))
    if (!isTaken) await once(socket, 'drain').catch(() => undefined)
  }
  end(socket)
}

/** Reads to the end and compares. */
async function expectBody(
  response: UpstreamResponse,
  body: Uint8Array,
  wait: () => Promise<unknown>,
): Promise<void> {
  let [bytes, mostBytes] = [0, 0]
  for (let piece = await response.read(); piece !== null; piece = await response.read()) {
    // Without a message that shows both.
    if (Buffer.compare(piece, body.subarray(bytes, bytes + piece.byteLength)) !== 0) {
      throw new Error(`other bytes between ${bytes} and ${bytes + piece.byteLength}`)
    }
    bytes += piece.byteLength
    mostBytes = Math.max(mostBytes, piece.byteLength)
    await wait()
  }
  expect(bytes).toBe(body.byteLength)
  expect(mostBytes).toBeLessThanOrEqual(MAX_HELD_BYTES)
}

describe('UpstreamResponse with a slow reader', () => {
  it.each(FRAMINGS)('pauses the upstream and then delivers %s in order', async (...framing) => {
    const { upstream, replica } = await calls.open((socket) => writeBody(socket, framing))
    const response = await sendTo(replica)
    const writtenBytes = () => upstream.sockets[0]?.bytesWritten ?? 0
    await expect.poll(() => response.isPaused, { interval: 5, timeout: 5_000 }).toBe(true)
    await untilStill(writtenBytes)
    expect(writtenBytes()).toBeLessThan(MAX_SOCKET_BYTES)
    expect(writtenBytes()).toBeGreaterThan(MAX_HELD_BYTES)
    await expectBody(response, BODY, async () => undefined)
  })

  it.each(FRAMINGS)('delivers %s in order when the reader pauses after each read', async (...framing) => {
    const { replica } = await calls.open((socket) => writeBody(socket, framing))
    let turn = 0
    // Sometimes long enough that the connection is paused.
    const wait = () => (++turn % 100 === 0 ? eventLoopTurns() : nextTurn())
    await expectBody(await sendTo(replica), BODY, wait)
  })

  it('delivers a body of the smallest chunks in order', async () => {
    const body = BODY.subarray(0, 80_000)
    const chunks = Buffer.concat([
      Buffer.from(CHUNKED_HEAD),
      ...Array.from(body, (byte) => chunk(Uint8Array.of(byte))),
      Buffer.from(LAST_CHUNK),
    ])
    const { replica } = await calls.open((socket) => socket.write(chunks))
    await expectBody(await sendTo(replica), body, () => eventLoopTurns(2))
  })

  it.each(FRAMINGS)('closes the connection of %s when the request is cancelled', async (...framing) => {
    const caller = new AbortController()
    const { upstream, replica } = await calls.open((socket) => writeBody(socket, framing))
    const response = await sendTo(replica, caller.signal)
    await expect.poll(() => response.isPaused, { interval: 5, timeout: 5_000 }).toBe(true)
    caller.abort(new Error('gone'))
    await expect(response.read()).rejects.toThrow('gone')
    await expect.poll(() => upstream.sockets[0]?.destroyed, { interval: 5, timeout: 5_000 }).toBe(true)
  })
})
