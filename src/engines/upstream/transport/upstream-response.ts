import { performance } from 'node:perf_hooks'
import type { Dispatcher } from 'undici'
import { connectionFailure } from './connection-failure.ts'
import { decodeBody } from './decode-body.ts'
import type { UpstreamFailure } from './upstream-failure.ts'

/** Most bytes to read of a response that is no event stream. */
export const MAX_WHOLE_BODY_BYTES = 16 * 1024 * 1024
/** Most bytes to read of an error. */
export const MAX_ERROR_BODY_BYTES = 64 * 1024
/** Pauses the connection while this many bytes are unread. */
const MAX_UNREAD_BYTES = 64 * 1024
/** How long a complete response may take to end; after that its connection is closed, not reused. */
const LINGER_MS = 1_000

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2]

/** How long an upstream may be silent. */
export interface SilenceLimit {
  readonly ms: number
  /** Created only when the time is up: capturing a stack trace costs as much as a small request. */
  readonly failure: () => UpstreamFailure
}

/** Options of a response. */
export interface UpstreamResponseOptions {
  readonly address: string
  /** From now to the first bytes of the body; headers alone do not count. */
  readonly firstByteLimit: SilenceLimit
  /** Between bytes. Counts only the upstream's silence, not the time that the reader takes. */
  readonly idleLimit: SilenceLimit
  /** Cancels the request. */
  readonly signal: AbortSignal
}

/** A response, from the moment its request is sent, and the one place where it is cancelled. */
export class UpstreamResponse implements Dispatcher.DispatchHandler {
  readonly #options: UpstreamResponseOptions
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #headers: Headers = {}
  #unread: Uint8Array[] = []
  #unreadBytes = 0
  #hasBytes = false
  /** The decoded body; null where it has no content coding. */
  #decoded: AsyncGenerator<Uint8Array> | null = null
  /** Whether the connection delivers no more: the response is complete or failed. */
  #isEnded = false
  #failure: Error | null = null
  /** Whether the reader is done. */
  #isOver = false
  /** Wakes the reader that waits for news. */
  #wake: (() => void) | null = null
  /** The deadline of the silence limit, by `performance.now()`; infinite while no reader waits. */
  #dueMs: number
  /** The deadline of a body that is read as a whole, whether or not it is silent. */
  #wholeDueMs = Number.POSITIVE_INFINITY
  /** One timer for the whole response: it checks `#dueMs` and, if that has moved, waits again. */
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

  /** A header's first value. */
  header(name: string): string | undefined {
    const value = this.#headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  /** Whether it may be an event stream or JSON: many servers and proxies name another type of text, or none. */
  get mayBeEventStream(): boolean {
    const type = this.header('content-type')?.trim() ?? ''
    return type === '' || !/^(?:text\/html|text\/css|image|audio|video|multipart)\b/i.test(type)
  }

  /**
   * Waits for the headers.
   *
   * @throws UpstreamFailure when none come; the signal's reason when the request is cancelled
   */
  async begun(): Promise<void> {
    while (this.#status === 0) {
      this.#throwIfFailed()
      await this.#news()
    }
  }

  /**
   * All bytes that have arrived, or null at the end. Only a bounded amount is read ahead of the reader.
   *
   * @throws UpstreamFailure when the connection is lost, or silent for too long; the signal's reason when the request is cancelled
   */
  async read(): Promise<Uint8Array | null> {
    if (this.#decoded === null) return this.#read()
    const { done, value } = await this.#decoded.next()
    return done ? null : value
  }

  async #read(): Promise<Uint8Array | null> {
    while (this.#unread.length === 0) {
      this.#throwIfFailed()
      if (this.#isEnded) {
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
   * The body as text, up to a number of bytes. The whole body may take no longer than a stream may be silent: byte by byte
   * it could otherwise hold a request for days.
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

  /** Stops reading a response that is complete, and lets its connection finish in the background to be reused. */
  finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unread = []
    if (this.#isEnded) return
    this.#dueMs = performance.now() + LINGER_MS
    this.#rearm(LINGER_MS)
    this.#timer?.unref()
    this.resume()
  }

  /** Aborts the response and its connection. Has no effect once it is over. */
  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unread = []
    this.#abort(new Error('the response was cancelled'))
  }

  /** Whether the connection is paused until the reader continues. */
  get isPaused(): boolean {
    return this.#controller?.paused ?? false
  }

  /** Resumes the connection. */
  resume(): void {
    this.#controller?.resume()
  }

  /** For the signal: the request was cancelled. */
  handleEvent(): void {
    const { reason } = this.#options.signal
    this.#abort(reason instanceof Error ? reason : new Error('the request was cancelled', { cause: reason }))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#failure !== null) controller.abort(this.#failure)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // Views of the first bytes, which would be kept in memory for as long as the response lasts.
    controller.rawHeaders = null
    // Informational responses precede the actual one.
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    const coding = this.header('content-encoding')?.trim() ?? ''
    if (coding !== '' && !/^identity$/i.test(coding)) {
      this.#decoded = decodeBody(coding, this.#options.address, () => this.#read())
    }
    this.#wakeReader()
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Uint8Array): void {
    // undici passes an empty chunk when a paused connection resumes without data.
    if (this.#isOver || bytes.byteLength === 0) return
    this.#unread.push(bytes)
    this.#unreadBytes += bytes.byteLength
    this.#hasBytes = true
    this.#dueMs = Number.POSITIVE_INFINITY
    if (this.#unreadBytes >= MAX_UNREAD_BYTES) controller.pause()
    this.#wakeReader()
  }

  onResponseEnd(): void {
    this.#end(null)
    this.#release()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(connectionFailure(this.#options.address, error))
    this.#release()
  }

  /** For the timer. */
  checkSilence(): void {
    const waitMs = this.#dueMs - performance.now()
    if (waitMs > 0) this.#rearm(waitMs)
    else if (this.#isOver) this.#abort(new Error('the response continued after its end'))
    else this.#abort((this.#hasBytes ? this.#options.idleLimit : this.#options.firstByteLimit).failure())
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

  #wakeReader(): void {
    this.#wake?.()
    this.#wake = null
  }

  /** Aborts the request and its connection. */
  #abort(reason: Error): void {
    if (this.#isEnded) return
    this.#unread = []
    this.#end(reason)
    this.#controller?.abort(reason)
  }

  #end(failure: Error | null): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#failure = failure
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#options.signal.removeEventListener('abort', this)
    this.#wakeReader()
  }

  /** A connection refers to its last response until the next one; undici's controller holds the request body. */
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
