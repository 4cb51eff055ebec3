import type { CompletionEvent } from '../src/completion/completion-event.ts'

/** The events of a completion, one by one. */
export async function* flatEvents(
  completion: AsyncIterable<readonly CompletionEvent[]>,
): AsyncGenerator<CompletionEvent> {
  for await (const events of completion) yield* events
}

/** Wraps each event in an array of its own. */
export async function* oneByOne(
  events: AsyncIterable<CompletionEvent>,
): AsyncGenerator<readonly CompletionEvent[]> {
  for await (const event of events) yield [event]
}
