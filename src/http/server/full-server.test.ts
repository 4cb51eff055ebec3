import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { serve } from './serve.ts'

const MAX_CONNECTIONS = 4
const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'
/** The start of a request with a body. */
const SENDING = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\na'

async function start(): Promise<number> {
  const respond = async () => ({ status: 200, headers: {}, body: 'a' })
  const hang = () => new Promise<never>(() => undefined)
  const { port, closeNow } = await serve((request) => (request.method === 'GET' ? respond() : hang()), {
    host: '127.0.0.1',
    port: 0,
    limits: { maxConnections: MAX_CONNECTIONS },
  })
  onTestFinished(closeNow)
  return port
}

/** @param localAddress on Linux all of 127.0.0.0/8 is this machine */
async function open(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Resolves when a socket is closed, in whatever way. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

async function isServed(socket: Socket): Promise<boolean> {
  socket.write(GET)
  return new Promise((resolve) => {
    socket.once('data', () => resolve(true))
    socket.once('close', () => resolve(false))
  })
}

it.skipIf(process.platform !== 'linux')(
  'serves a new client when another holds all connections',
  async () => {
    const port = await start()
    const idle: Socket[] = []
    for (let count = 0; count < MAX_CONNECTIONS; count++) {
      const socket = await open(port)
      expect(await isServed(socket)).toBe(true)
      idle.push(socket)
    }
    const leastUsed = idle.shift()
    const closed = closing(leastUsed as Socket)
    expect(await isServed(await open(port, '127.0.0.2'))).toBe(true)
    await closed
    for (const socket of idle) expect(await isServed(socket)).toBe(true)
  },
)

it.skipIf(process.platform !== 'linux')('closes what another client sends for ever', async () => {
  const port = await start()
  const sending = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => open(port)))
  for (const socket of sending) socket.resume().write(SENDING)
  const closed = Promise.race(sending.map(closing))
  // Whatever arrives first: until then the others have no request, and one of them gives way.
  expect(await isServed(await open(port, '127.0.0.2'))).toBe(true)
  await closed
})

it.skipIf(process.platform !== 'linux')(
  'serves a new client when another has requests running on all',
  async () => {
    const port = await start()
    const running = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => open(port)))
    for (const socket of running) socket.resume().write(`${SENDING}bcdefghi`)
    const closed = Promise.race(running.map(closing))
    expect(await isServed(await open(port, '127.0.0.2'))).toBe(true)
    await closed
  },
)

it('refuses a client that holds all connections itself, each with a request', async () => {
  const port = await start()
  for (let count = 0; count < MAX_CONNECTIONS; count++) (await open(port)).resume().write(SENDING)
  expect(await isServed(await open(port))).toBe(false)
})
