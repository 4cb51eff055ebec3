import { APIError } from './api-error.ts'
import { APIConnectionError } from './connection-errors.ts'
import { connectionFailure } from './connection-failure.ts'
import { ContinuoError } from './continuo-error.ts'
import { makeStreamError, requestIDOf } from './make-api-error.ts'
import { readBody } from './read-body.ts'
import { readServerSentEvents } from './read-server-sent-events.ts'
import type { ServerSentEvent } from './server-sent-event-parser.ts'
import type { UnreadResponse } from './unread-response.ts'

/** How long a server may take to close the body after the last event before the connection is closed. */
const CLOSE_GRACE_MS = 1_000

/** An event as a stream's decoder reads it. */
export type DecodedEvent<Item> =
  | { readonly item: Item; readonly isLast: boolean }
  /** Why the event is not an item; becomes the message of an `APIError`. */
  | { readonly problem: string }
  | 'ignored'

/** Reads the events of one API. Pings and unknown events should be `ignored`: a server may add events. */
export type DecodeEvent<Item> = (event: ServerSentEvent) => DecodedEvent<Item>

/**
 * The items of a response that is a stream of server-sent events. It can be read once; leaving the loop cancels the
 * request, and the server stops generating.
 */
export class EventStream<Item> implements AsyncIterable<Item> {
  /** Aborts the stream, also from outside the loop; the loop then throws. */
  readonly controller: AbortController
  readonly #unread: UnreadResponse
  readonly #decode: DecodeEvent<Item>
  #isRead = false

  constructor(unread: UnreadResponse, decode: DecodeEvent<Item>) {
    this.#unread = unread
    this.#decode = decode
    this.controller = unread.controller
  }

  /** Aborts the stream, as `controller.abort()` does. Call it on a stream that will not be read. */
  abort(): void {
    this.controller.abort()
    // For a `fetch` that ignores its signal. While the loop holds the body this fails, and the end of the loop calls it
    // again.
    this.#unread.response.body?.cancel().catch(() => undefined)
    this.#unread.release()
  }

  /**
   * The items. A loop that ends without an error has read the whole completion.
   *
   * @throws APIConnectionError when the connection ends before the completion does
   * @throws APIConnectionTimeoutError when nothing arrives for `timeout` milliseconds
   * @throws APIUserAbortError when the signal or the controller fired
   * @throws APIError of the class of its type, such as `OverloadedError`, when the server sends an error
   * @throws ContinuoError when the stream was read before
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    if (this.#isRead)
      throw new ContinuoError('A stream can be read only once; keep its events to use them again.')
    this.#isRead = true
    let isWhole = false
    try {
      for await (const event of readServerSentEvents(this.#unread)) {
        const decoded = this.#read(event)
        if (decoded === 'ignored') continue
        isWhole = decoded.isLast
        yield decoded.item
        if (isWhole) return
        if (this.controller.signal.aborted) throw connectionFailure(undefined, this.controller.signal)
      }
      throw this.#cutShort()
    } finally {
      if (isWhole) void closeGently(this.#unread)
      else this.abort()
    }
  }

  #read(event: ServerSentEvent): Exclude<DecodedEvent<Item>, { readonly problem: string }> {
    const { headers } = this.#unread.response
    if (event.event === 'error') throw makeStreamError(headers, event.data)
    const decoded = this.#decode(event)
    if (decoded === 'ignored' || 'item' in decoded) return decoded
    if (!event.isTerminated) throw this.#cutShort()
    throw new APIError(decoded.problem, { headers, requestID: requestIDOf(headers), error: event.data })
  }

  #cutShort(): APIConnectionError {
    const { headers } = this.#unread.response
    const contentType = headers.get('content-type') ?? 'none'
    const hint = contentType.startsWith('text/event-stream') ? '' : ` (the content type was: ${contentType})`
    return new APIConnectionError(`The stream ended before the completion did: no stop_reason came${hint}.`, {
      headers,
      requestID: requestIDOf(headers),
    })
  }
}

/** Waits for the server to end the body, so that the connection can be reused. */
async function closeGently(unread: UnreadResponse): Promise<void> {
  const timer = setTimeout(() => unread.controller.abort(), CLOSE_GRACE_MS)
  try {
    for await (const _ of readBody(unread));
  } catch {
    // The completion is whole, however its connection ends.
  } finally {
    clearTimeout(timer)
    unread.release()
  }
}
