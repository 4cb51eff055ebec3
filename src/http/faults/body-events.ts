import { isStreaming, type ResponseBody } from '../api-response.ts'

/** A piece of a body: an event of a stream, or a whole body. */
export type BodyEvent = string | Uint8Array

const EVENT_END = /\r?\n\r?\n/g

/** The pieces of a body: of a stream one event after the other, with the blank line that ends it. */
export async function* bodyEvents(body: Exclude<ResponseBody, null>): AsyncGenerator<BodyEvent> {
  if (!isStreaming(body)) {
    yield typeof body === 'string' ? Buffer.from(body) : body
    return
  }
  yield* eventsOf(body.preamble)
  for (;;) {
    const { data, isLast } = await body.next()
    if (typeof data === 'string') yield* eventsOf(data)
    else if (data.length > 0) yield data
    if (isLast) return
  }
}

/** Writers never split an event. */
function* eventsOf(text: string): Generator<string> {
  let start = 0
  for (const { index, 0: end } of text.matchAll(EVENT_END)) {
    yield text.slice(start, index + end.length)
    start = index + end.length
  }
  if (start < text.length) yield text.slice(start)
}
