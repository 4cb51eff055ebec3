import type { CompletionEvent } from '../../../completion/completion-event.ts'
import { joinTextDeltas } from '../../../completion/join-text-deltas.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import type { ResponseDecoder } from './response-decoder.ts'
import { ServerSentEventReader } from './server-sent-event-reader.ts'

/** Most bytes of one token, in an event of its own with everything that servers add to it. */
const MAX_BYTES_PER_TOKEN = 16 * 1024
/** For what opens and closes a response, and for keep-alives while it waits. */
const MAX_OTHER_BYTES = 1024 * 1024
/** However many tokens were requested: what one response may cost in memory where it is gathered. */
const MAX_RESPONSE_BYTES = 256 * 1024 * 1024

/** Most bytes that an upstream may send for a completion of at most this many tokens. */
export function maxResponseBytes(maxTokens: number): number {
  return Math.min(MAX_RESPONSE_BYTES, MAX_OTHER_BYTES + maxTokens * MAX_BYTES_PER_TOKEN)
}

/** Most bytes of a token in the response to a count request, which may list them all by number. */
const MAX_BYTES_PER_LISTED_TOKEN = 16

/** Most bytes that the response to a count request may have: a prompt has at most one token for each of its bytes. */
export function maxCountBytes(promptBytes: number): number {
  return MAX_OTHER_BYTES + promptBytes * MAX_BYTES_PER_LISTED_TOKEN
}

/** What bytes that arrived together come to. */
export interface ReadTogether {
  /** Up to the end of the completion, if that is among them; texts that follow each other are one. */
  readonly events: readonly CompletionEvent[]
  /** What is behind them instead of something to read. */
  readonly failure: { readonly error: unknown } | null
}

/** Reads the bytes of one answer. What was read before something that is a failure goes out before it. */
export class ResponseStreamDecoder {
  readonly #reader: ResponseDecoder
  readonly #maxBytes: number
  readonly #address: string
  readonly #sentEvents = new ServerSentEventReader()
  #bytes = 0

  /**
   * @param maxBytes whoever sends more does not keep to what it was asked for, and might never end
   * @param address where the answer comes from, for the log
   */
  constructor(reader: ResponseDecoder, maxBytes: number, address: string) {
    this.#reader = reader
    this.#maxBytes = maxBytes
    this.#address = address
  }

  /** @param bytes the next; null when there are no more */
  read(bytes: Uint8Array | null): ReadTogether {
    const events: CompletionEvent[] = []
    let failure: ReadTogether['failure'] = null
    try {
      if (bytes === null) this.#readEnd(events)
      else this.#readBytes(bytes, events)
    } catch (error) {
      failure = { error }
    }
    return { events: joinTextDeltas(events), failure }
  }

  #readBytes(bytes: Uint8Array, events: CompletionEvent[]): void {
    this.#bytes += bytes.byteLength
    if (this.#bytes > this.#maxBytes) {
      const text = `${this.#address} answered with more than ${this.#maxBytes} bytes`
      throw new UpstreamFailure('endless-response', text)
    }
    for (const sent of this.#sentEvents.push(bytes)) {
      for (const event of this.#reader.read(sent)) events.push(event)
      if (events.at(-1)?.type === 'completion-end') return
    }
    this.#sentEvents.requireBounds()
  }

  /** Some leave the closing event out: what they had said is whole all the same. */
  #readEnd(events: CompletionEvent[]): void {
    for (const event of this.#reader.end()) events.push(event)
    if (events.length > 0) return
    throw new UpstreamFailure('early-end', `${this.#address} ended its answer without saying why`)
  }
}
