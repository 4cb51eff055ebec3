import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { Replica, type ReplicaSettings } from '../src/engines/upstream/transport/replica.ts'
import type { UpstreamResponse } from '../src/engines/upstream/transport/upstream-response.ts'
import { isWholeRequest } from './is-whole-request.ts'
import { WatchedCount } from './watched-count.ts'

/** Responds to one request. Nothing else writes to the connection or ends it. */
export type Hand = (socket: Socket, requestIndex: number) => unknown

/** An upstream of which a test writes every byte: a TCP server on loopback that only detects the end of a request. */
export class HandwrittenUpstream {
  /** Every connection, in order. A cancelled request costs another connection, because undici opens a new one. */
  readonly sockets: Socket[] = []
  readonly received = new WatchedCount()
  readonly #server: Server
  readonly #hand: Hand

  private constructor(hand: Hand) {
    this.#hand = hand
    this.#server = createServer({ noDelay: true }, (socket) => this.#watch(socket))
  }

  static async start(hand: Hand): Promise<HandwrittenUpstream> {
    const upstream = new HandwrittenUpstream(hand)
    upstream.#server.listen(0, '127.0.0.1')
    await once(upstream.#server, 'listening')
    return upstream
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get openSockets(): readonly Socket[] {
    return this.sockets.filter(({ destroyed }) => !destroyed)
  }

  /** Waits until a connection that was opened is closed. */
  async untilClosed(index = 0): Promise<void> {
    const socket = this.sockets[index]
    if (!socket) throw new Error(`The upstream has no connection ${index}.`)
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.sockets) socket.destroy()
    await closed
  }

  #watch(socket: Socket): void {
    this.sockets.push(socket)
    socket.on('error', () => undefined)
    let received = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text
      if (!isWholeRequest(received)) return
      received = ''
      const index = this.received.value
      this.received.add(1)
      this.#hand(socket, index)
    })
  }
}

/** Writes a piece again and again, as fast as it is read, until the connection is closed. */
export function flood(socket: Socket, piece: Uint8Array | string): void {
  const write = () => {
    while (!socket.destroyed && socket.write(piece));
  }
  socket.on('drain', write)
  write()
}

/** The head of an event stream; the given headers define how its body ends. */
export function streamHead(...headers: readonly string[]): string {
  return ['HTTP/1.1 200 OK', 'content-type: text/event-stream', ...headers, '', ''].join('\r\n')
}

/** The head of most responses. */
export const CHUNKED_HEAD = streamHead('transfer-encoding: chunked')
/** Ends a chunked body. */
export const LAST_CHUNK = '0\r\n\r\n'

/** Frames bytes as a chunk. */
export function chunk(piece: Uint8Array | string): Buffer {
  const bytes = Buffer.from(piece)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

/** A whole response, whose body is `all`. */
export const WHOLE_RESPONSE = `${CHUNKED_HEAD}${chunk('all')}${LAST_CHUNK}`

/** Responds with these bytes. */
export function writing(bytes: string | Uint8Array): Hand {
  return (socket) => socket.write(bytes)
}

/** Limits that no test reaches unintentionally. */
const PATIENT: ReplicaSettings = {
  maxConcurrentRequests: 4,
  connectTimeoutMs: 10_000,
  firstByteTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
}

/** Opens handwritten upstreams, each with a replica, and closes them together. */
export class HandwrittenUpstreams {
  readonly #closings: (() => Promise<void>)[] = []

  /** One upstream and its replica. */
  async open(
    hand: Hand,
    settings: Partial<ReplicaSettings> = {},
  ): Promise<{ upstream: HandwrittenUpstream; replica: Replica }> {
    const upstream = await HandwrittenUpstream.start(hand)
    const replica = new Replica(upstream.url, {}, { ...PATIENT, ...settings })
    this.#closings.push(
      () => upstream.close(),
      () => replica.close(),
    )
    return { upstream, replica }
  }

  /** Closes them all; call it after every test. */
  async close(): Promise<void> {
    for (const close of this.#closings.splice(0).reverse()) await close()
  }
}

/** Sends an empty request. */
export function sendTo(replica: Replica, signal = new AbortController().signal): Promise<UpstreamResponse> {
  return replica.send({ path: '/v1/completions', body: {} }, signal)
}

/** All bytes of a response, and the error that ended it early, or null. */
export async function readAll(response: UpstreamResponse): Promise<{ bytes: Buffer; error: unknown }> {
  const pieces: Uint8Array[] = []
  try {
    for (let piece = await response.read(); piece !== null; piece = await response.read()) pieces.push(piece)
    return { bytes: Buffer.concat(pieces), error: null }
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error }
  }
}
