import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { EventTransform } from '../../../completion/event-transform.ts'
import { joinTextDeltas } from '../../../completion/join-text-deltas.ts'
import { asObject, parseJson } from '../../../util/json-value.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import { JsonBody } from './json-body.ts'
import { exceedsJsonLimits, MAX_EVENT_MEMBERS } from './json-limits.ts'
import type { ResponseDecoder } from './response-decoder.ts'
import { type ServerSentEvent, ServerSentEventReader } from './server-sent-event-reader.ts'

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

/** A longer event is not blank. */
const MAX_BLANK_CHARACTERS = 16

/** The result of bytes that arrived together. */
export interface DecodedBytes {
  /** Events up to the end of the completion; consecutive texts are joined unless a stop sequence may end in them. */
  readonly events: readonly CompletionEvent[]
  /** The error that follows them. */
  readonly failure: { readonly error: unknown } | null
}

/** Decodes the bytes of one response. Events before a failure are yielded before it. */
export class ResponseStreamDecoder {
  readonly #decoder: ResponseDecoder
  readonly #maxBytes: number
  readonly #address: string
  readonly #join: EventTransform
  readonly #eventReader = new ServerSentEventReader()
  #bytes = 0
  /** A body of JSON in place of events; null for events, undefined before the first byte that tells. */
  #json: JsonBody | null | undefined

  /**
   * @param maxBytes an upstream that sends more ignores the request's limits and might never end
   * @param address of the upstream, for the log
   * @param join the texts that came together
   */
  constructor(
    decoder: ResponseDecoder,
    maxBytes: number,
    address: string,
    join: EventTransform = joinTextDeltas,
  ) {
    this.#decoder = decoder
    this.#maxBytes = maxBytes
    this.#address = address
    this.#join = join
  }

  /** @param bytes null at the end */
  read(bytes: Uint8Array | null): DecodedBytes {
    const events: CompletionEvent[] = []
    let failure: DecodedBytes['failure'] = null
    try {
      if (bytes === null) this.#readEnd(events)
      else this.#readBytes(bytes, events)
    } catch (error) {
      failure = { error }
    }
    return { events: this.#join(events), failure }
  }

  #readBytes(bytes: Uint8Array, events: CompletionEvent[]): void {
    this.#bytes += bytes.byteLength
    if (this.#bytes > this.#maxBytes) {
      const text = `${this.#address} sent more than ${this.#maxBytes} bytes`
      throw new UpstreamFailure('endless-response', text)
    }
    if (this.#json === undefined) this.#json = JsonBody.beginningWith(bytes)
    if (this.#json) {
      if (this.#json.push(bytes)) return
      throw new UpstreamFailure('endless-response', `${this.#address} sent too much JSON`)
    }
    this.#decode(this.#eventReader.push(bytes), events)
    this.#eventReader.requireBounds()
  }

  #decode(sent: readonly ServerSentEvent[], events: CompletionEvent[]): void {
    for (const event of sent) {
      // Some servers keep a connection alive with events without data.
      if (event.data.length < MAX_BLANK_CHARACTERS && event.data.trim() === '') continue
      for (const decoded of this.#decoder.read(event)) events.push(decoded)
      if (events.at(-1)?.type === 'completion-end') return
    }
  }

  /** Some servers omit the blank line after the last event, or the closing event: the completion is whole all the same. */
  #readEnd(events: CompletionEvent[]): void {
    const last = this.#json ? this.#json.events() : this.#eventReader.end().filter(isWhole)
    this.#decode(last, events)
    if (events.at(-1)?.type === 'completion-end') return
    for (const event of this.#decoder.end()) events.push(event)
    if (events.length > 0) return
    throw new UpstreamFailure('early-end', `${this.#address} ended its response without a stop reason`)
  }
}

/** Whether an event that no blank line ends is complete. */
function isWhole({ data }: ServerSentEvent): boolean {
  if (data.trim() === '[DONE]') return true
  return !exceedsJsonLimits(data, MAX_EVENT_MEMBERS) && asObject(parseJson(data)) !== undefined
}
