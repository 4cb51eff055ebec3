import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { deferred } from '../../../test/deferred.ts'
import { eventLoopTurns } from '../../../test/event-loop-turns.ts'
import { NodeRequest } from './node-request.ts'
import { discardBody } from './pace-body.ts'

const CHUNKS = 30_000
/** Those that a turn stops at, and one piece of 64 KiB that is parsed at once. */
const PIECE_CHUNKS = 65_536 / 6
const MOST_IN_A_TURN = 4096 + PIECE_CHUNKS

/** A request whose body comes at once, in chunks of one byte. */
async function chunked(count = CHUNKS): Promise<[IncomingMessage, ServerResponse]> {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n')
  socket.write(`${'1\r\na\r\n'.repeat(count)}0\r\n\r\n`)
  return (await once(server, 'request')) as [IncomingMessage, ServerResponse]
}

/** Counts calls: of all, and most in one turn of the event loop. */
function turnCounter() {
  const counts = { all: 0, most: 0 }
  let inTurn = 0
  return {
    counts,
    count() {
      if (inTurn === 0) setImmediate(() => (inTurn = 0))
      inTurn += 1
      counts.all += 1
      counts.most = Math.max(counts.most, inTurn)
    },
  }
}

it('reads a body of short chunks in turns of the event loop', async () => {
  const [incoming, outgoing] = await chunked()
  const { counts, count } = turnCounter()
  await new NodeRequest(incoming, outgoing).readBody(() => count())
  expect(counts.all).toBe(CHUNKS)
  expect(counts.most).toBeLessThanOrEqual(MOST_IN_A_TURN)
})

it('discards a body of short chunks in turns of the event loop', async () => {
  const [incoming] = await chunked()
  const { counts, count } = turnCounter()
  discardBody(incoming)
  incoming.on('data', count)
  await once(incoming, 'end')
  expect(counts.all).toBe(CHUNKS)
  expect(counts.most).toBeLessThanOrEqual(MOST_IN_A_TURN)
})

it('keeps short chunks as bytes while their reader is busy, and reads no more than one piece', async () => {
  const [incoming, outgoing] = await chunked()
  const { promise: busy, resolve } = deferred()
  const lengths: number[] = []
  const reading = new NodeRequest(incoming, outgoing).readBody((chunk) => {
    lengths.push(chunk.length)
    return busy
  })
  await eventLoopTurns(100)
  // What node holds of a body takes hundreds of bytes for each chunk.
  expect([lengths, incoming.readableLength]).toEqual([[1], 0])
  resolve()
  await reading
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(CHUNKS)
  expect(lengths[1]).toBeLessThanOrEqual(2 * PIECE_CHUNKS)
})

it('reads the next request of a connection after a body whose reader was busy at its end', async () => {
  const [incoming, outgoing] = await chunked(3)
  const client = turnCounter()
  await new NodeRequest(incoming, outgoing).readBody(async () => {
    client.count()
    await eventLoopTurns(2)
  })
  expect(client.counts.all).toBe(2)
  expect(incoming.socket.isPaused()).toBe(false)
  expect(Object.hasOwn(incoming.socket, 'resume')).toBe(false)
})

it('keeps nothing of a body whose client disconnects', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
  client.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc')
  const [incoming, outgoing] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  const reading = new NodeRequest(incoming, outgoing).readBody(() => void client.destroy())
  await expect(reading).rejects.toThrow('the connection was closed')
  expect(incoming.listenerCount('data')).toBe(0)
})

it('does not discard a body of very many short chunks to its end', async () => {
  const [incoming] = await chunked(100_000)
  discardBody(incoming)
  await once(incoming.socket, 'close')
  expect(incoming.readableEnded).toBe(false)
})
