import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { WatchedCount } from '../../../test/watched-count.ts'
import { Connections } from './connections.ts'

const LIMITS = { maxConnections: 100, maxPipelinedRequests: 16, maxWaitingRequests: 100_000 }
const REQUEST = 'GET / HTTP/1.1\r\n\r\n'
/** What node reads of a connection at once. */
const READ_BYTES = 65_536

it('reads no more of a connection while too many of its requests wait', async () => {
  const connections = new Connections(LIMITS)
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

it('takes in the requests of many connections in turns', async () => {
  const pass = passTime()
  const connections = new Connections(LIMITS)
  let inTurn = 0
  let mostInTurn = 0
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    if (inTurn === 0) setImmediate(() => (inTurn = 0))
    inTurn += 1
    mostInTurn = Math.max(mostInTurn, inTurn)
    connections.arrived(incoming.socket, outgoing, () => setImmediate(() => outgoing.end('a')))
    // A request that takes long to read, as thousands of short ones do.
    pass(5)
  })
  const opened = new WatchedCount()
  server.on('connection', (socket) => {
    connections.opened(socket)
    opened.add(1)
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const clients = Array.from({ length: 40 }, () => connect(port, '127.0.0.1').resume())
  await opened.until(clients.length)
  const ended = clients.map((client) => once(client, 'close'))
  // All of them are there before the server reads the first.
  for (const client of clients) client.write('GET / HTTP/1.1\r\nconnection: close\r\n\r\n')
  await Promise.all(ended)
  expect(mostInTurn).toBeLessThanOrEqual(4)
})

it('reads a new connection before those that have sent much', async () => {
  const pass = passTime()
  const connections = new Connections(LIMITS)
  const others = 20
  const requestsOfEach = 4
  let arrivals = 0
  const newcomer = { connectedAfter: 0, arrivedAfter: Number.POSITIVE_INFINITY }
  const server = createServer(
    { requireHostHeader: false, maxHeaderSize: READ_BYTES },
    (incoming, outgoing) => {
      if (incoming.url === '/new') newcomer.arrivedAfter = arrivals
      arrivals += 1
      if (arrivals === 2 * others) {
        newcomer.connectedAfter = arrivals
        connect(port, '127.0.0.1').resume().write('GET /new HTTP/1.1\r\nconnection: close\r\n\r\n')
      }
      connections.arrived(incoming.socket, outgoing, () => setImmediate(() => outgoing.end('a')))
      pass(10)
    },
  )
  server.on('connection', (socket) => connections.opened(socket))
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const clients = Array.from({ length: others }, () => connect(port, '127.0.0.1').resume())
  const ended = clients.map((client) => once(client, 'close'))
  await Promise.all(clients.map((client) => once(client, 'connect')))
  // A piece of the connection holds one request, so that each of them needs several turns.
  const request = `GET / HTTP/1.1\r\na: ${'a'.repeat(READ_BYTES - 1_000)}\r\n\r\n`
  for (const client of clients) {
    client.write(`${request.repeat(requestsOfEach - 1)}GET / HTTP/1.1\r\nconnection: close\r\n\r\n`)
  }
  await Promise.all(ended)
  await expect.poll(() => arrivals, { timeout: 30_000 }).toBe(others * requestsOfEach + 1)
  expect(newcomer.arrivedAfter - newcomer.connectedAfter).toBeLessThan(others / 2)
})

/** Lets time pass for what asks the clock, without computing so long. */
function passTime(): (ms: number) => void {
  const now = performance.now.bind(performance)
  let passedMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
  onTestFinished(() => clock.mockRestore())
  return (ms) => {
    passedMs += ms
  }
}
