import type { Dispatcher } from 'undici'
import { connectionFailure } from './connection-failure.ts'
import type { UpstreamFailure } from './upstream-failure.ts'

/** Most bytes that are read of an answer that is no event stream. */
export const MAX_WHOLE_BODY_BYTES = 16 * 1024 * 1024
/** Most bytes that are read of an error. */
export const MAX_ERROR_BODY_BYTES = 64 * 1024
/** How long a connection may take to end an answer that has said all; then it is not used again. */
const LINGER_MS = 1_000

/** How long an upstream may be silent. */
export interface SilenceLimit {
  readonly ms: number
  /** Made only when the time is up: an error takes note of where it is made, which costs as much as a small request. */
  readonly failure: () => UpstreamFailure
}

/** An answer that has begun to arrive, and the one place where it can be left. */
export class UpstreamAnswer {
  readonly status: number
  readonly #response: Dispatcher.ResponseData
  readonly #abandon: (reason: unknown) => void
  readonly #address: string
  /** How long the next bytes may take, and what it means when they take longer. */
  #limit: SilenceLimit
  readonly #idleLimit: SilenceLimit
  #isOver = false

  constructor(options: {
    readonly response: Dispatcher.ResponseData
    /** Ends the exchange and its connection. */
    readonly abandon: (reason: unknown) => void
    /** Headers alone are no beginning: what is left of the time for the first byte. */
    readonly firstByteLimit: SilenceLimit
    readonly idleLimit: SilenceLimit
    readonly address: string
  }) {
    this.status = options.response.statusCode
    this.#response = options.response
    this.#abandon = options.abandon
    this.#limit = options.firstByteLimit
    this.#idleLimit = options.idleLimit
    this.#address = options.address
  }

  /** A header's value; of several the first. */
  header(name: string): string | undefined {
    const value = this.#response.headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  get isEventStream(): boolean {
    return /^text\/event-stream\b/i.test(this.header('content-type')?.trim() ?? '')
  }

  /**
   * The bytes, as they come. Nothing is read ahead of who reads here.
   *
   * @throws UpstreamFailure when the connection is lost, or silent for too long
   */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const iterator: AsyncIterator<Uint8Array> = this.#response.body.iterator({ destroyOnReturn: false })
    try {
      for (;;) {
        const { done, value } = await this.#nextChunk(iterator)
        if (done) break
        yield value
      }
      this.#isOver = true
    } finally {
      await iterator.return?.()
    }
  }

  /** The body as text, as much of it as there may be. */
  async text(maxBytes: number): Promise<string> {
    const decoder = new TextDecoder()
    let text = ''
    let bytes = 0
    for await (const chunk of this.chunks()) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) return text
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  }

  /** All was said: the end of the exchange is awaited aside, so that its connection can be used again. */
  finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { body } = this.#response
    const timer = setTimeout(() => this.#abandon(new Error('the answer went on behind its end')), LINGER_MS)
    timer.unref()
    const stop = () => clearTimeout(timer)
    body.once('error', stop).once('close', stop)
    body.resume()
  }

  /** Ends the exchange at once, and its connection with it. Harmless when it is over. */
  leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#response.body.on('error', () => undefined)
    this.#abandon(new Error('the answer is not wanted any more'))
  }

  /** Only the upstream's silence counts, not the time that our own reader takes. */
  async #nextChunk(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    const { ms, failure } = this.#limit
    const timer = setTimeout(() => this.#abandon(failure()), ms)
    try {
      return await iterator.next()
    } catch (error) {
      throw connectionFailure(this.#address, error)
    } finally {
      clearTimeout(timer)
      this.#limit = this.#idleLimit
    }
  }
}
