import { createParser } from 'eventsource-parser'
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
 * Bytes in, events out, however the bytes were cut; those that arrived together come together. Comments and unknown
 * fields are passed over, and so is an event that the end of the bytes cuts off.
 *
 * @throws UpstreamFailure `malformed-event` when one is longer than {@link MAX_EVENT_CHARACTERS}
 */
export async function* readServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly ServerSentEvent[]> {
  let events: ServerSentEvent[] = []
  let isTooLong = false
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent: ({ event, data }) => void events.push({ name: event ?? null, data }),
    onError: (error) => {
      isTooLong ||= error.type === 'max-buffer-size-exceeded'
    },
  })
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    const ready = events
    events = []
    if (ready.length > 0) yield ready
    if (isTooLong) {
      throw new UpstreamFailure(
        'malformed-event',
        `an event was longer than ${MAX_EVENT_CHARACTERS} characters`,
      )
    }
  }
}
