import { readBody } from './read-body.ts'
import { type ServerSentEvent, ServerSentEventParser } from './server-sent-event-parser.ts'
import type { UnreadResponse } from './unread-response.ts'

/** The events of a response's body as they arrive; throws what `readBody` and the parser throw. */
export async function* readServerSentEvents(unread: UnreadResponse): AsyncGenerator<ServerSentEvent> {
  const parser = new ServerSentEventParser()
  for await (const bytes of readBody(unread)) yield* parser.push(bytes)
  yield* parser.end()
}
