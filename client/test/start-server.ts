import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSocketServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as the scripted server saw it. */
export interface ReceivedRequest {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly bodyText: string
}

/** Answers the n-th request, counted from 0. */
export type Script = (response: ServerResponse, request: ReceivedRequest, index: number) => void

/** An HTTP server on loopback with a scripted handler, until the test ends. */
export async function startServer(script: Script): Promise<{ url: string; requests: ReceivedRequest[] }> {
  const requests: ReceivedRequest[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const received = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      bodyText: Buffer.concat(parts).toString(),
    }
    requests.push(received)
    script(response, received, requests.length - 1)
  })
  const port = await listen(server)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}`, requests }
}

/** A TCP server on loopback: the test writes every byte itself, from the first of the status line on. */
export async function startSocketServer(onRequest: (socket: Socket) => void): Promise<{ url: string }> {
  const sockets = new Set<Socket>()
  const server = createSocketServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.once('data', () => onRequest(socket))
  })
  const port = await listen(server)
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}` }
}

/** Where a server was and is no more. */
export async function closedServerUrl(): Promise<string> {
  const server = createSocketServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

/** Writes these bytes in the given pieces, each in a packet of its own as far as the system lets us. */
export async function writeInPieces(socket: Socket, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** The envelope of an error. */
export function errorBody(type: string, message: string): unknown {
  return { type: 'error', error: { type, message }, request_id: 'req_body' }
}

function listen(server: {
  listen(port: number, host: string, done: () => void): unknown
  address(): unknown
}) {
  return new Promise<number>((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null && 'port' in address) resolve(Number(address.port))
      else reject(new Error('The server has no port.'))
    })
  })
}
