import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { HttpResponseReader } from './http-response-reader.ts'
import type { LoadTarget } from './load-job.ts'
import { TextCheck } from './text-check.ts'

/** Most bytes of a response's end that are kept to find the end marker. */
const KEPT_END_BYTES = 2_048
/** Of all of a response, where the job checks its text. */
const KEPT_WHOLE_BYTES = 65_536
const NO_BYTES: Buffer = Buffer.alloc(0)
const NOTHING_YET = { status: 0, isLast: false, firstTextMs: -1 }

/** The outcome of one request. */
export type RequestOutcome =
  | {
      readonly type: 'completed'
      readonly totalMs: number
      readonly firstTextMs: number
      readonly tokens: number
    }
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
  /** The body, or its end. */
  readonly kept: Buffer[]
  keptBytes: number
}

/** One connection of a client, with at most one request at a time. */
export class LoadConnection {
  readonly #target: LoadTarget
  readonly #requests: readonly Buffer[]
  readonly #textMarker: Buffer
  readonly #textCheck: TextCheck | null
  #socket: Socket | null = null
  #isTaken = false
  #arriving: Arriving | null = null

  constructor(target: LoadTarget) {
    this.#target = target
    this.#requests = target.bodies.map((body) => requestBytes(target, body))
    this.#textMarker = Buffer.from(target.textMarker)
    const { textField, expectedText } = target
    this.#textCheck = expectedText === undefined ? null : new TextCheck(textField, expectedText)
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
      this.#arriving = { sentMs, resolve, cancelsAtText, kept: [], keptBytes: 0, ...NOTHING_YET }
      this.#socket?.write(request)
    })
  }

  #onBody(bytes: Buffer): void {
    const arriving = this.#arriving
    if (arriving === null) return
    this.#keep(arriving, bytes)
    if (arriving.firstTextMs >= 0 || !this.#joined(arriving).includes(this.#textMarker)) return
    arriving.firstTextMs = performance.now() - arriving.sentMs
    if (!arriving.cancelsAtText) return
    this.#resolve({ type: 'cancelled' })
    this.close()
  }

  #keep(arriving: Arriving, bytes: Buffer): void {
    const mostBytes = this.#textCheck === null ? KEPT_END_BYTES : KEPT_WHOLE_BYTES
    arriving.kept.push(bytes)
    arriving.keptBytes += bytes.length
    if (arriving.keptBytes <= 2 * mostBytes) return
    const end = this.#joined(arriving).subarray(-mostBytes)
    arriving.kept.splice(0, Number.POSITIVE_INFINITY, end)
    arriving.keptBytes = end.length
  }

  /** In one piece, so that a marker is found however it was cut. */
  #joined({ kept }: Arriving): Buffer {
    const [only] = kept
    if (kept.length === 1 && only !== undefined) return only
    const joined = Buffer.concat(kept)
    kept.splice(0, kept.length, joined)
    return joined
  }

  #onEnd(): void {
    const arriving = this.#arriving
    if (arriving === null) return
    const { status, isLast, firstTextMs, sentMs } = arriving
    if (isLast) this.close()
    const body = this.#joined(arriving)
    const isExpected = this.#textCheck?.isIn(body) ?? true
    if (status === 200 && body.includes(this.#target.endMarker) && isExpected) {
      const tokens = numberAfter(body, this.#target.tokensMarker)
      this.#resolve({ type: 'completed', totalMs: performance.now() - sentMs, firstTextMs, tokens })
    } else {
      const end = body.toString('utf8').slice(-300)
      const reason = isExpected ? `status ${status}` : 'words are missing or out of order'
      this.#resolve({ type: 'failed', reason: `${reason}, ending in ${end}` })
    }
  }

  #resolve(outcome: SendOutcome): void {
    const arriving = this.#arriving
    this.#arriving = null
    arriving?.resolve(outcome)
  }
}

function numberAfter(body: Buffer, marker: string | undefined): number {
  if (marker === undefined) return 0
  const at = body.lastIndexOf(marker)
  return at === -1
    ? 0
    : Number.parseInt(body.toString('latin1', at + marker.length, at + marker.length + 12), 10) || 0
}

function requestBytes({ path, headers }: LoadTarget, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const bytes = Buffer.byteLength(body)
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n`
  return Buffer.from(`${head}${lines.join('')}\r\n${body}`)
}
