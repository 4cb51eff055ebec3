import type { CompletionEvent } from './completion-event.ts'

/**
 * Puts a space before the first text unless it begins with white space. A model that is asked in turns begins its reply
 * at once; a completion stands behind `Assistant:`, and begins with a space.
 */
export async function* leadingSpace(events: AsyncIterable<CompletionEvent>): AsyncGenerator<CompletionEvent> {
  let isFirst = true
  for await (const event of events) {
    if (event.type !== 'text-delta' || event.text === '' || !isFirst) {
      yield event
      continue
    }
    isFirst = false
    yield /^\s/.test(event.text) ? event : { ...event, text: ` ${event.text}` }
  }
}
