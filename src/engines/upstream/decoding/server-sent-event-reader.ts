import { TextDecoder } from 'node:util'
import { createParser, type EventSourceParser } from 'eventsource-parser'
import { UpstreamFailure } from '../transport/upstream-failure.ts'

/** Most characters of one event, and of a line that has not ended. */
export const MAX_EVENT_CHARACTERS = 1024 * 1024

/** Bytes below this are a character each and never inside another one. */
const FIRST_BYTE_OF_LONGER_CHARACTERS = 0x80
/** A byte order mark counts only at the beginning. */
const INSIDE = { ignoreBOM: true }

/** For bytes that start and end with whole characters. */
const wholeDecoder = new TextDecoder('utf-8', INSIDE)

/** One server-sent event. */
export interface ServerSentEvent {
  /** Null where it has none. */
  readonly name: string | null
  readonly data: string
}

/**
 * Parses bytes into events, however the bytes were cut. Ignores comments and unknown fields.
 */
export class ServerSentEventReader {
  /** Kept only at the beginning and while a character is incomplete: a streaming decoder takes much memory. */
  #decoder: TextDecoder | null = new TextDecoder()
  readonly #parser: EventSourceParser
  #events: ServerSentEvent[] = []
  #isTooLong = false

  constructor() {
    this.#parser = createParser({
      maxBufferSize: MAX_EVENT_CHARACTERS,
      onEvent: ({ event, data }) => void this.#events.push({ name: event ?? null, data }),
      onError: (error) => {
        this.#isTooLong ||= error.type === 'max-buffer-size-exceeded'
      },
    })
  }

  /** The events that these bytes complete. Call {@link requireBounds} after handling them. */
  push(bytes: Uint8Array): readonly ServerSentEvent[] {
    this.#parser.feed(this.#decode(bytes))
    const events = this.#events
    this.#events = []
    return events
  }

  /** The last event, where no blank line ends it. */
  end(): readonly ServerSentEvent[] {
    if (this.#isTooLong) return []
    this.#parser.feed('\n\n')
    const events = this.#events
    this.#events = []
    return events
  }

  #decode(bytes: Uint8Array): string {
    const lastByte = bytes.at(-1)
    const endsWhole = lastByte !== undefined && lastByte < FIRST_BYTE_OF_LONGER_CHARACTERS
    if (endsWhole && this.#decoder === null) return wholeDecoder.decode(bytes)
    this.#decoder ??= new TextDecoder('utf-8', INSIDE)
    const text = this.#decoder.decode(bytes, { stream: true })
    if (endsWhole) this.#decoder = null
    return text
  }

  /** @throws UpstreamFailure `malformed-event` when what came last is longer than {@link MAX_EVENT_CHARACTERS} */
  requireBounds(): void {
    if (!this.#isTooLong) return
    throw new UpstreamFailure(
      'malformed-event',
      `an event was longer than ${MAX_EVENT_CHARACTERS} characters`,
    )
  }
}
