import type { Completion } from './completion.ts'
import { type DecodedEvent, EventStream } from './event-stream.ts'
import type { ServerSentEvent } from './server-sent-event-parser.ts'
import type { UnreadResponse } from './unread-response.ts'

/**
 * A streamed completion: the events, the last of them with a `stop_reason`. It can be read once; leaving the loop cancels
 * the request, and the server stops generating.
 *
 * @example
 * for await (const event of stream) process.stdout.write(event.completion)
 * @see the API's reference, Streaming Text Completions
 */
export class CompletionStream extends EventStream<Completion> {
  constructor(unread: UnreadResponse) {
    super(unread, decodeCompletion)
  }
}

function decodeCompletion({ event, data }: ServerSentEvent): DecodedEvent<Completion> {
  if (event !== 'completion') return 'ignored'
  const item = parseCompletion(data)
  if (item === undefined) return { problem: 'The server sent an event that is no completion.' }
  return { item, isLast: typeof item.stop_reason === 'string' }
}

function parseCompletion(data: string): Completion | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return isCompletion(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Checks only what the stream relies on: servers may add fields. */
function isCompletion(value: unknown): value is Completion {
  return (
    typeof value === 'object' &&
    value !== null &&
    'completion' in value &&
    typeof value.completion === 'string'
  )
}
