import { APIError } from './api-error.ts'
import type { Completion } from './completion.ts'
import { APIConnectionError } from './connection-errors.ts'
import { connectionFailure } from './connection-failure.ts'
import { ContinuoError } from './continuo-error.ts'
import type { Exchange } from './exchange.ts'
import { makeStreamError, requestIDOf } from './make-api-error.ts'
import { readBody } from './read-body.ts'
import { readServerSentEvents } from './read-server-sent-events.ts'
import type { ServerSentEvent } from './server-sent-event-parser.ts'

/** How long a server may take to close the body after the last event before the connection is given up. */
const CLOSE_GRACE_MS = 1_000

/**
 * A completion that comes in events. It can be read once; leaving the loop cancels the request, and the server stops
 * generating.
 *
 * @example
 * for await (const event of stream) process.stdout.write(event.completion)
 * @see the API's reference, Streaming Text Completions
 */
export class CompletionStream implements AsyncIterable<Completion> {
  /** Aborts the stream, also from outside the loop; the loop then throws. */
  readonly controller: AbortController
  readonly #exchange: Exchange
  #isRead = false

  /** @param exchange whose answer is a stream of completion events */
  constructor(exchange: Exchange) {
    this.#exchange = exchange
    this.controller = exchange.controller
  }

  /** Aborts the stream; the same as `controller.abort()`. To be called on a stream that is not going to be read. */
  abort(): void {
    this.controller.abort()
    // For a `fetch` that does not listen to its signal. While the loop holds the body this fails, and the loop's own
    // end calls it again.
    this.#exchange.response.body?.cancel().catch(() => undefined)
    this.#exchange.release()
  }

  /**
   * The events, the last of them with a `stop_reason`. A loop that ends without an error has seen the whole
   * completion.
   *
   * @throws APIConnectionError when the connection ends before the completion does
   * @throws APIConnectionTimeoutError when nothing comes for as long as `timeout` says
   * @throws APIUserAbortError when the signal or the controller fired
   * @throws APIError of the class of its type, such as `OverloadedError`, when the server sends an error
   * @throws ContinuoError when the stream was read before
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Completion, void, undefined> {
    if (this.#isRead)
      throw new ContinuoError('A stream can be read only once; keep its events to use them again.')
    this.#isRead = true
    let isWhole = false
    try {
      for await (const event of readServerSentEvents(this.#exchange)) {
        const completion = this.#readEvent(event)
        if (completion === undefined) continue
        isWhole = typeof completion.stop_reason === 'string'
        yield completion
        if (isWhole) return
        if (this.controller.signal.aborted) throw connectionFailure(undefined, this.controller.signal)
      }
      throw this.#cutShort()
    } finally {
      if (isWhole) void closeGently(this.#exchange)
      else this.abort()
    }
  }

  /** @returns undefined for a ping, and for names that may yet come */
  #readEvent(event: ServerSentEvent): Completion | undefined {
    const { headers } = this.#exchange.response
    if (event.event === 'error') throw makeStreamError(headers, event.data)
    if (event.event !== 'completion') return undefined
    const completion = parseCompletion(event.data)
    if (completion !== undefined) return completion
    if (!event.isTerminated) throw this.#cutShort()
    throw new APIError('The server sent an event that is no completion.', {
      headers,
      requestID: requestIDOf(headers),
      error: event.data,
    })
  }

  #cutShort(): APIConnectionError {
    const { headers } = this.#exchange.response
    const contentType = headers.get('content-type') ?? 'none'
    const hint = contentType.startsWith('text/event-stream') ? '' : ` (the content type was: ${contentType})`
    return new APIConnectionError(`The stream ended before the completion did: no stop_reason came${hint}.`, {
      headers,
      requestID: requestIDOf(headers),
    })
  }
}

function parseCompletion(data: string): Completion | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return isCompletion(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Only what the stream itself relies on is looked at: servers may add to the rest. */
function isCompletion(value: unknown): value is Completion {
  return (
    typeof value === 'object' &&
    value !== null &&
    'completion' in value &&
    typeof value.completion === 'string'
  )
}

/** Lets the server end the body, so that the connection can serve the next request. */
async function closeGently(exchange: Exchange): Promise<void> {
  const timer = setTimeout(() => exchange.controller.abort(), CLOSE_GRACE_MS)
  try {
    for await (const _ of readBody(exchange));
  } catch {
    // The completion is whole; how its connection ends is nobody's concern.
  } finally {
    clearTimeout(timer)
    exchange.release()
  }
}
