import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { Connections } from './connections.ts'

const REQUEST = 'GET / HTTP/1.1\r\n\r\n'
/** What node reads of a connection at once. */
const READ_BYTES = 65_536

it('reads no more of a connection while too many of its requests wait', async () => {
  const connections = new Connections({ maxPipelinedRequests: 16, maxWaitingRequests: 100_000 })
  const counts = { waiting: 0, mostWaiting: 0, responses: 0 }
  function respond(outgoing: ServerResponse): void {
    outgoing.end('a')
    counts.waiting -= 1
    counts.responses += 1
  }
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    counts.waiting += 1
    counts.mostWaiting = Math.max(counts.mostWaiting, counts.waiting)
    connections.arrived(incoming.socket, outgoing, () => setImmediate(respond, outgoing))
  })
  server.on('connection', (socket) => connections.opened(socket))
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').resume()
  const requests = 8_000
  client.write(`${REQUEST.repeat(requests - 1)}GET / HTTP/1.1\r\nconnection: close\r\n\r\n`)
  await once(client, 'close')
  expect(counts.responses).toBe(requests)
  expect(counts.mostWaiting).toBeLessThanOrEqual(16 + Math.ceil(READ_BYTES / REQUEST.length))
})
