import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { HttpResponseReader } from './http-response-reader.ts'
import type { LoadTarget } from './load-job.ts'

/** Most bytes of a response's end that are kept to find the end marker. */
const KEPT_END_BYTES = 2_048
/** The whole text, where the job checks it. */
const KEPT_WHOLE_BYTES = 65_536
const NO_BYTES: Buffer = Buffer.alloc(0)
const NOTHING_YET = { status: 0, isLast: false, firstTextMs: -1, end: NO_BYTES }

/** The outcome of one request. */
export type RequestOutcome =
  | { readonly type: 'completed'; readonly totalMs: number; readonly firstTextMs: number }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly reason: string }

/** An outcome, or that the connection ended before the first byte of a response. */
type SendOutcome = RequestOutcome | { readonly type: 'closed-before' }

const CLOSED = 'the server closed the connection'

/** The state of the response that is arriving. */
interface Arriving {
  readonly sentMs: number
  readonly resolve: (outcome: SendOutcome) => void
  readonly cancelsAtText: boolean
  readonly status: number
  /** Whether the server closes the connection after this response. */
  readonly isLast: boolean
  firstTextMs: number
  end: Buffer
}

/** One connection of a client, with at most one request at a time. */
export class LoadConnection {
  readonly #target: LoadTarget
  readonly #requests: readonly Buffer[]
  readonly #textMarker: Buffer
  #socket: Socket | null = null
  #isTaken = false
  #arriving: Arriving | null = null

  constructor(target: LoadTarget) {
    this.#target = target
    this.#requests = target.bodies.map((body) => requestBytes(target, body))
    this.#textMarker = Buffer.from(target.textMarker)
  }

  /** Whether a request may be sent; false while `request` runs. */
  get isIdle(): boolean {
    return !this.#isTaken
  }

  /** Connects; the measured time does not include it. */
  async open(): Promise<void> {
    const socket = connect({ port: this.#target.port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const reader = new HttpResponseReader({
      onHead: (status, isLast) => {
        if (this.#arriving) this.#arriving = { ...this.#arriving, status, isLast }
      },
      onBody: (bytes) => this.#onBody(bytes),
      onEnd: () => this.#onEnd(),
    })
    socket.on('data', (bytes: Buffer) => {
      try {
        reader.push(bytes)
      } catch (error) {
        this.#resolve({ type: 'failed', reason: (error as Error).message })
        socket.destroy()
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      // A cancelled connection has already been replaced.
      if (this.#socket !== socket) return
      this.#socket = null
      const isUnanswered = this.#arriving?.status === 0
      this.#resolve(isUnanswered ? { type: 'closed-before' } : { type: 'failed', reason: CLOSED })
    })
    this.#socket = socket
  }

  /**
   * Sends one request and waits for the end of its response. A kept connection that is closed at that moment is opened
   * again, as every client does: some servers close theirs after a hundred requests.
   */
  async request(index: number, cancelsAtText: boolean): Promise<RequestOutcome> {
    this.#isTaken = true
    try {
      const request = this.#requests[index % this.#requests.length] ?? NO_BYTES
      if (this.#socket !== null) {
        const outcome = await this.#send(request, cancelsAtText)
        if (outcome.type !== 'closed-before') return outcome
        this.close()
      }
      await this.open()
      const outcome = await this.#send(request, cancelsAtText)
      return outcome.type === 'closed-before' ? { type: 'failed', reason: CLOSED } : outcome
    } finally {
      this.#isTaken = false
    }
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = null
  }

  #send(request: Buffer, cancelsAtText: boolean): Promise<SendOutcome> {
    return new Promise((resolve) => {
      const sentMs = performance.now()
      this.#arriving = { sentMs, resolve, cancelsAtText, ...NOTHING_YET }
      this.#socket?.write(request)
    })
  }

  #onBody(bytes: Buffer): void {
    const arriving = this.#arriving
    if (arriving === null) return
    // The end is kept in one piece, so that a marker is found however it was cut.
    const kept = arriving.end.length === 0 ? bytes : Buffer.concat([arriving.end, bytes])
    const keptBytes = this.#target.expectedText === undefined ? KEPT_END_BYTES : KEPT_WHOLE_BYTES
    arriving.end = kept.length > keptBytes ? kept.subarray(-keptBytes) : kept
    if (arriving.firstTextMs >= 0 || !kept.includes(this.#textMarker)) return
    arriving.firstTextMs = performance.now() - arriving.sentMs
    if (!arriving.cancelsAtText) return
    this.#resolve({ type: 'cancelled' })
    this.close()
  }

  #onEnd(): void {
    const arriving = this.#arriving
    if (arriving === null) return
    const { status, isLast, firstTextMs, sentMs } = arriving
    if (isLast) this.close()
    const { endMarker, expectedText } = this.#target
    const isExpected = expectedText === undefined || textOf(arriving.end.toString()) === expectedText.trim()
    if (status === 200 && arriving.end.includes(endMarker) && isExpected) {
      this.#resolve({ type: 'completed', totalMs: performance.now() - sentMs, firstTextMs })
    } else {
      const end = arriving.end.toString('utf8').slice(-300)
      this.#resolve({ type: 'failed', reason: `status ${status}, ending in ${end}` })
    }
  }

  #resolve(outcome: SendOutcome): void {
    const arriving = this.#arriving
    this.#arriving = null
    arriving?.resolve(outcome)
  }
}

/** The text of an event stream, in the format of any of the servers. */
function textOf(stream: string): string {
  const pieces = stream.matchAll(/"(?:completion|content|text)":\s?("(?:[^"\\]|\\.)*")/g)
  return [...pieces]
    .map(([, json]) => JSON.parse(json ?? '""') as string)
    .join('')
    .trim()
}

function requestBytes({ path, headers }: LoadTarget, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const bytes = Buffer.byteLength(body)
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n`
  return Buffer.from(`${head}${lines.join('')}\r\n${body}`)
}
