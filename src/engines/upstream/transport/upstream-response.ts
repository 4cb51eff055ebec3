import { performance } from 'node:perf_hooks'
import type { Dispatcher } from 'undici'
import { connectionFailure } from './connection-failure.ts'
import type { UpstreamFailure } from './upstream-failure.ts'

/** Most bytes that are read of an answer that is no event stream. */
export const MAX_WHOLE_BODY_BYTES = 16 * 1024 * 1024
/** Most bytes that are read of an error. */
export const MAX_ERROR_BODY_BYTES = 64 * 1024
/** With so many bytes that nobody has read yet the connection is read no further. */
const MAX_UNREAD_BYTES = 64 * 1024
/** How long a connection may take to end an answer that has said all; then it is not used again. */
const LINGER_MS = 1_000

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]

/** How long an upstream may be silent. */
export interface SilenceLimit {
  readonly ms: number
  /** Made only when the time is up: an error takes note of where it is made, which costs as much as a small request. */
  readonly failure: () => UpstreamFailure
}

/** What an answer is told about its exchange. */
export interface UpstreamResponseOptions {
  readonly address: string
  /** From now to the first bytes of the body: headers alone are no beginning. */
  readonly firstByteLimit: SilenceLimit
  /** Between bytes. Only the upstream's silence counts, not the time that our own reader takes. */
  readonly idleLimit: SilenceLimit
  /** The caller's, who may leave at any time. */
  readonly signal: AbortSignal
}

/** An answer on its way, from the moment in which its request is sent, and the one place where it can be left. */
export class UpstreamResponse implements Dispatcher.DispatchHandler {
  readonly #options: UpstreamResponseOptions
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #headers: Headers = {}
  #unread: Uint8Array[] = []
  #unreadBytes = 0
  #hasBytes = false
  /** Whether the exchange is over: the answer is complete, or there will be no more of it. */
  #isSettled = false
  #failure: Error | null = null
  /** Whether nobody wants to read any more. */
  #isOver = false
  /** Tells whoever waits that something has come. */
  #wake: (() => void) | null = null
  /** When the upstream has been silent for too long, by `performance.now()`; infinite while nobody waits for it. */
  #dueMs: number
  /** The same for a body that is read as a whole, however often it is not silent. */
  #wholeDueMs = Number.POSITIVE_INFINITY
  /** One timer for all of an answer: it looks at `#dueMs` and, if that has moved on, waits again. */
  #timer: NodeJS.Timeout | null

  constructor(options: UpstreamResponseOptions) {
    this.#options = options
    const { firstByteLimit, idleLimit, signal } = options
    this.#dueMs = performance.now() + firstByteLimit.ms
    this.#timer = setTimeout(checkSilence, Math.min(firstByteLimit.ms, idleLimit.ms), this)
    signal.addEventListener('abort', this, { once: true })
  }

  get status(): number {
    return this.#status
  }

  /** A header's value; of several the first. */
  header(name: string): string | undefined {
    const value = this.#headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  get isEventStream(): boolean {
    return /^text\/event-stream\b/i.test(this.header('content-type')?.trim() ?? '')
  }

  /**
   * Waits for the headers.
   *
   * @throws UpstreamFailure when none come; another error when the caller leaves
   */
  async begun(): Promise<void> {
    while (this.#status === 0) {
      this.#throwIfFailed()
      await this.#news()
    }
  }

  /**
   * The next bytes, all that are there, or null at the end. Only so much is read ahead of who reads here as a
   * connection holds anyway.
   *
   * @throws UpstreamFailure when the connection is lost, or silent for too long; another error when the caller leaves
   */
  async read(): Promise<Uint8Array | null> {
    while (this.#unread.length === 0) {
      this.#throwIfFailed()
      if (this.#isSettled) {
        this.#isOver = true
        return null
      }
      if (this.#hasBytes)
        this.#dueMs = Math.min(performance.now() + this.#options.idleLimit.ms, this.#wholeDueMs)
      await this.#news()
    }
    return this.#takeUnread()
  }

  /**
   * The body as text, as much of it as there may be. What one reads at once is no longer on its way than a stream may be
   * silent: byte by byte it would hold a request for days.
   *
   * @throws as {@link read}
   */
  async text(maxBytes: number): Promise<string> {
    const decoder = new TextDecoder()
    let text = ''
    let remainingBytes = maxBytes
    for (let chunk = await this.read(); chunk !== null; chunk = await this.read()) {
      this.#wholeDueMs = Math.min(this.#wholeDueMs, performance.now() + this.#options.idleLimit.ms)
      text += decoder.decode(chunk.subarray(0, remainingBytes), { stream: true })
      remainingBytes -= chunk.byteLength
      if (remainingBytes < 0) return text
    }
    return text + decoder.decode()
  }

  /** All was said: the end of the exchange is awaited aside, so that its connection can be used again. */
  finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unread = []
    if (this.#isSettled) return
    this.#dueMs = performance.now() + LINGER_MS
    this.#rearm(LINGER_MS)
    this.#timer?.unref()
    this.resume()
  }

  /** Ends the exchange at once, and its connection with it. Harmless when it is over. */
  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unread = []
    this.#abandon(new Error('the answer is not wanted any more'))
  }

  /** Whether the connection is read no further until somebody reads here. */
  get isPaused(): boolean {
    return this.#controller?.paused ?? false
  }

  /** Reads the connection further. */
  resume(): void {
    this.#controller?.resume()
  }

  /** The caller left. */
  handleEvent(): void {
    const { reason } = this.#options.signal
    this.#abandon(reason instanceof Error ? reason : new Error('the caller left', { cause: reason }))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#failure !== null) controller.abort(this.#failure)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // Views of the bytes that came first, which would be held for as long as the answer lasts.
    controller.rawHeaders = null
    // Of those below others follow.
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    this.#tell()
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Uint8Array): void {
    // undici hands out an empty piece where a paused connection goes on with nothing there.
    if (this.#isOver || bytes.byteLength === 0) return
    this.#unread.push(bytes)
    this.#unreadBytes += bytes.byteLength
    this.#hasBytes = true
    this.#dueMs = Number.POSITIVE_INFINITY
    if (this.#unreadBytes >= MAX_UNREAD_BYTES) controller.pause()
    this.#tell()
  }

  onResponseEnd(): void {
    this.#settle(null)
    this.#release()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(connectionFailure(this.#options.address, error))
    this.#release()
  }

  /** For the timer. */
  checkSilence(): void {
    const waitMs = this.#dueMs - performance.now()
    if (waitMs > 0) this.#rearm(waitMs)
    else if (this.#isOver) this.#abandon(new Error('the answer went on behind its end'))
    else this.#abandon((this.#hasBytes ? this.#options.idleLimit : this.#options.firstByteLimit).failure())
  }

  #takeUnread(): Uint8Array {
    const [first, ...others] = this.#unread
    const bytes = others.length === 0 && first !== undefined ? first : Buffer.concat(this.#unread)
    this.#unread = []
    this.#unreadBytes = 0
    this.resume()
    return bytes
  }

  #throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #tell(): void {
    this.#wake?.()
    this.#wake = null
  }

  /** Ends the exchange before its end, and its connection with it. */
  #abandon(reason: Error): void {
    if (this.#isSettled) return
    this.#unread = []
    this.#settle(reason)
    this.#controller?.abort(reason)
  }

  #settle(failure: Error | null): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#failure = failure
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#options.signal.removeEventListener('abort', this)
    this.#tell()
  }

  /** A connection knows its last answer until the next; undici's side of it holds the body that was sent. */
  #release(): void {
    this.#controller = null
  }

  #rearm(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(checkSilence, Math.min(ms, this.#options.idleLimit.ms), this)
  }
}

function checkSilence(response: UpstreamResponse): void {
  response.checkSilence()
}
