import { createParser, type EventSourceParser } from 'eventsource-parser'
import { UpstreamFailure } from './upstream-failure.ts'

/** Most characters of one event, and of a line that has not ended. */
export const MAX_EVENT_CHARACTERS = 1024 * 1024

/** One server-sent event. */
export interface ServerSentEvent {
  /** Its name; null where it has none. */
  readonly name: string | null
  readonly data: string
}

/**
 * Bytes in, events out, however the bytes were cut. Comments and unknown fields are passed over, and so is an event that
 * the end of the bytes cuts off.
 */
export class ServerSentEventReader {
  readonly #decoder = new TextDecoder()
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

  /** The events that these bytes complete. {@link demandBounds} is to be asked behind them. */
  push(bytes: Uint8Array): readonly ServerSentEvent[] {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }))
    const events = this.#events
    this.#events = []
    return events
  }

  /** @throws UpstreamFailure `malformed-event` when what came last is longer than {@link MAX_EVENT_CHARACTERS} */
  demandBounds(): void {
    if (!this.#isTooLong) return
    throw new UpstreamFailure(
      'malformed-event',
      `an event was longer than ${MAX_EVENT_CHARACTERS} characters`,
    )
  }
}
