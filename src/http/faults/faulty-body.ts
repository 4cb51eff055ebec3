import { type BodyChunk, isStreaming, type ResponseBody, type StreamingBody } from '../api-response.ts'
import { type BodyEvent, bodyEvents } from './body-events.ts'
import { type BreakOptions, breakBody } from './break-body.ts'

/** A body that a fault breaks while it is sent. */
export class FaultyBody implements StreamingBody {
  readonly lengthBytes: number | null
  readonly preamble = ''
  readonly ended: Promise<void>
  readonly #body: Exclude<ResponseBody, null>
  readonly #pieces: AsyncIterator<BodyEvent>
  readonly #cancelling = new AbortController()
  #resolveEnded: () => void = () => undefined
  #pending: Promise<BodyChunk> | null = null

  constructor(body: Exclude<ResponseBody, null>, options: Omit<BreakOptions, 'signal' | 'lengthBytes'>) {
    this.#body = body
    const lengthBytes = isStreaming(body) ? body.lengthBytes : Buffer.byteLength(body)
    // What is malformed is shorter than it was.
    this.lengthBytes = options.rule.fault === 'malformed-event' ? null : lengthBytes
    const { signal } = this.#cancelling
    this.#pieces = breakBody(bodyEvents(body), { ...options, lengthBytes, signal })[Symbol.asyncIterator]()
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
  }

  next(): Promise<BodyChunk> {
    this.#pending = this.#next()
    return this.#pending
  }

  async cancel(): Promise<void> {
    this.#cancelling.abort()
    if (isStreaming(this.#body)) await this.#body.cancel()
    await Promise.allSettled([this.#pending])
    this.#resolveEnded()
  }

  async #next(): Promise<BodyChunk> {
    try {
      const { done, value } = await this.#pieces.next()
      if (!done) return { data: value, isLast: false }
      this.#resolveEnded()
      return { data: '', isLast: true }
    } catch (error) {
      if (isStreaming(this.#body)) await this.#body.cancel()
      this.#resolveEnded()
      throw error
    }
  }
}
