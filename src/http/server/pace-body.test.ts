import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { NodeRequest } from './node-request.ts'
import { discardBody } from './pace-body.ts'

const CHUNKS = 30_000

/** A request whose body comes at once, in chunks of one byte. */
async function chunked(): Promise<[IncomingMessage, ServerResponse]> {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n')
  socket.write(`${'1\r\na\r\n'.repeat(CHUNKS)}0\r\n\r\n`)
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
  expect(counts.most).toBeLessThanOrEqual(8192)
})

it('discards a body of short chunks in turns of the event loop', async () => {
  const [incoming] = await chunked()
  const { counts, count } = turnCounter()
  discardBody(incoming)
  incoming.on('data', count)
  await once(incoming, 'end')
  expect(counts.all).toBe(CHUNKS)
  expect(counts.most).toBeLessThanOrEqual(8192)
})
