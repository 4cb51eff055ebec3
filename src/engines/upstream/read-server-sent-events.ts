import { createParser, type EventSourceMessage } from 'eventsource-parser'
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
 * Bytes in, events out, however the bytes were cut. Comments and unknown fields are passed over, and so is an event
 * that the end of the bytes cuts off.
 *
 * @throws UpstreamFailure `malformed-event` when one is longer than {@link MAX_EVENT_CHARACTERS}
 */
export async function* readServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  let events: EventSourceMessage[] = []
  let isTooLong = false
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent: (event) => void events.push(event),
    onError: (error) => {
      isTooLong ||= error.type === 'max-buffer-size-exceeded'
    },
  })
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    const ready = events
    events = []
    for (const { event, data } of ready) yield { name: event ?? null, data }
    if (isTooLong) {
      throw new UpstreamFailure(
        'malformed-event',
        `an event was longer than ${MAX_EVENT_CHARACTERS} characters`,
      )
    }
  }
}
