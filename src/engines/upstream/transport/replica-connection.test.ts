import type { Socket } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { eventLoopTurns } from '../../../../test/event-loop-turns.ts'
import {
  CHUNKED_HEAD,
  chunk,
  HandwrittenUpstreams,
  LAST_CHUNK,
  readAll,
  sendTo,
  streamHead,
} from '../../../../test/handwritten-upstream.ts'
import { UpstreamFailure } from './upstream-failure.ts'

const calls = new HandwrittenUpstreams()
afterAll(() => calls.close())

/** As much as pauses a connection whose response is not read. */
const PAUSING = Buffer.alloc(64 * 1024, 'x')

const FIN = (socket: Socket) => socket.end()
const RESET = (socket: Socket) => socket.resetAndDestroy()
const CLOSES = 'connection: close'
const LENGTH = `content-length: ${PAUSING.length}`
const TOO_LONG = `content-length: ${PAUSING.length + 1}`
const CHUNKED = 'transfer-encoding: chunked'

/** What comes of an answer that is read only when its connection has ended. */
async function readLate(head: string, body: Uint8Array, end: (socket: Socket) => unknown) {
  const { upstream, replica } = await calls.open((socket) => {
    socket.write(head)
    socket.write(body)
  })
  const response = await sendTo(replica)
  while (!response.isPaused) await eventLoopTurns(1)
  for (const socket of upstream.sockets) end(socket)
  await eventLoopTurns()
  const { bytes, error } = await readAll(response)
  return { bytes: bytes.length, kind: error instanceof UpstreamFailure ? error.kind : error }
}

describe.concurrent('replicaConnection', () => {
  it('reports that no server accepts connections', async () => {
    const { upstream, replica } = await calls.open(() => undefined)
    await upstream.close()
    await expect(sendTo(replica)).rejects.toMatchObject({ kind: 'unreachable' })
  })

  const wholeChunk = chunk(PAUSING)
  it.each<[string, string, Uint8Array]>([
    ['that ends with its connection', streamHead(CLOSES), PAUSING],
    ['that ends with its connection, of an old server', 'HTTP/1.0 200 OK\r\n\r\n', PAUSING],
    ['of a known length, before a close', streamHead(CLOSES, LENGTH), PAUSING],
    ['of a known length', streamHead(LENGTH), PAUSING],
    [
      'of chunks, before a close',
      streamHead(CLOSES, CHUNKED),
      Buffer.concat([wholeChunk, Buffer.from(LAST_CHUNK)]),
    ],
    ['of chunks', CHUNKED_HEAD, Buffer.concat([wholeChunk, Buffer.from(LAST_CHUNK)])],
  ])('reads an answer %s, that was whole when its connection ended', async (_, head, body) => {
    expect(await readLate(head, body, FIN)).toEqual({ bytes: PAUSING.length, kind: null })
  })

  it.each<[string, string, Uint8Array, (socket: Socket) => unknown]>([
    ['of a known length, before a close', streamHead(CLOSES, TOO_LONG), PAUSING, FIN],
    ['of a known length', streamHead(TOO_LONG), PAUSING, FIN],
    ['of chunks, before a close', streamHead(CLOSES, CHUNKED), wholeChunk.subarray(0, -2), FIN],
    ['of chunks', CHUNKED_HEAD, wholeChunk.subarray(0, -2), FIN],
    ['that ends with its connection, by a reset', streamHead(CLOSES), PAUSING, RESET],
    ['of a known length, before a close, by a reset', streamHead(CLOSES, LENGTH), PAUSING, RESET],
    ['of chunks, before a close, by a reset', streamHead(CLOSES, CHUNKED), wholeChunk, RESET],
    ['of chunks, by a reset', CHUNKED_HEAD, wholeChunk, RESET],
  ])('fails a response %s that was cut off while it was not read', async (_, head, body, end) => {
    expect(await readLate(head, body, end)).toEqual({ bytes: PAUSING.length, kind: 'connection-lost' })
  })
})
