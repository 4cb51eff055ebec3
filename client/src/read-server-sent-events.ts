import type { Exchange } from './exchange.ts'
import { readBody } from './read-body.ts'
import { type ServerSentEvent, ServerSentEventParser } from './server-sent-event-parser.ts'

/** The events of a response's body as they arrive; throws what `readBody` and the parser throw. */
export async function* readServerSentEvents(exchange: Exchange): AsyncGenerator<ServerSentEvent> {
  const parser = new ServerSentEventParser()
  for await (const bytes of readBody(exchange)) yield* parser.push(bytes)
  yield* parser.end()
}
