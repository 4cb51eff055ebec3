import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { json as readJson } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { WatchedCount } from './watched-count.ts'

/** A step of a scripted response; text or bytes are written as one chunk. */
export type UpstreamStep =
  | string
  | Uint8Array
  | { readonly delayMs: number }
  /** Sends nothing until the client disconnects. */
  | 'stall'
  /** Closes the connection in the middle of the response. */
  | 'destroy'
  /** Writes until the client disconnects. */
  | { readonly floodsWith: string }

/** A scripted response. Without steps before them, headers are sent at once. */
export interface UpstreamScript {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Steps before the headers. */
  readonly beforeHeaders?: readonly UpstreamStep[]
  readonly steps: readonly UpstreamStep[]
}

/** A request that a scripted upstream received. */
export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown>
}

/** A real HTTP server on loopback that plays a script and counts connections and cancellations. */
export class ScriptedUpstream {
  readonly requests: ReceivedRequest[] = []
  connectionsOpened = 0
  readonly openSockets = new Set<Socket>()
  /** Responses in progress. */
  readonly running = new WatchedCount()
  /** When requests were cancelled, by `performance.now()`. */
  readonly cancelledAtMs: number[] = []
  script: UpstreamScript | ((request: ReceivedRequest, index: number) => UpstreamScript)
  readonly #server = createServer((request, response) => void this.#respond(request, response))

  private constructor(script: ScriptedUpstream['script']) {
    this.script = script
    this.#server.on('connection', (socket) => this.#watch(socket))
  }

  /** @param port of a closed upstream to replace; 0 takes any free port */
  static async start(script: ScriptedUpstream['script'], port = 0): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream(script)
    await new Promise<void>((resolve) => upstream.#server.listen(port, '127.0.0.1', resolve))
    return upstream
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Closes at once, in the middle of any response. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.openSockets) socket.destroy()
    await closed
  }

  #watch(socket: Socket): void {
    this.connectionsOpened += 1
    this.openSockets.add(socket)
    socket.on('close', () => this.openSockets.delete(socket))
    socket.on('error', () => undefined)
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await readJson(request).catch(() => ({}))) as Record<string, unknown>
    const received = { path: request.url ?? '', headers: request.headers, body }
    this.requests.push(received)
    const disconnected = new AbortController()
    this.running.add(1)
    response.on('close', () => {
      if (!response.writableEnded) this.cancelledAtMs.push(performance.now())
      this.running.add(-1)
      disconnected.abort()
    })
    const { script } = this
    const scripted = typeof script === 'function' ? script(received, this.requests.length - 1) : script
    const play = async (steps: readonly UpstreamStep[]) => {
      for (const step of steps)
        if (!disconnected.signal.aborted) await takeStep(step, response, disconnected.signal)
    }
    await play(scripted.beforeHeaders ?? [])
    if (disconnected.signal.aborted) return
    response.writeHead(scripted.status ?? 200, { 'content-type': 'text/event-stream', ...scripted.headers })
    response.flushHeaders()
    await play(scripted.steps)
    if (!disconnected.signal.aborted) response.end()
  }
}

async function takeStep(
  step: UpstreamStep,
  response: ServerResponse,
  disconnected: AbortSignal,
): Promise<void> {
  if (step === 'destroy') {
    response.destroy()
  } else if (step === 'stall') {
    await delay(2 ** 30, undefined, { signal: disconnected }).catch(() => undefined)
  } else if (typeof step === 'string' || step instanceof Uint8Array) {
    response.write(step)
    // A short wait, so that two steps are two packets.
    await delay(2)
  } else if ('delayMs' in step) {
    await delay(step.delayMs, undefined, { signal: disconnected }).catch(() => undefined)
  } else {
    while (!disconnected.aborted) {
      // As much as the client reads, and no more.
      if (response.write(step.floodsWith)) await delay(0)
      else await once(response, 'drain', { signal: disconnected }).catch(() => undefined)
    }
  }
}

/** A JSON response. */
export function jsonScript(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): UpstreamScript {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    steps: [JSON.stringify(body)],
  }
}

/** The data of events without names, as servers of the OpenAI style send them. */
export function dataEvents(...data: readonly unknown[]): string[] {
  return data.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`)
}
