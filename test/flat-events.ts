import type { CompletionEvent } from '../src/completion/completion-event.ts'

/** The events of a completion one by one, whatever arrived together. */
export async function* flatEvents(
  completion: AsyncIterable<readonly CompletionEvent[]>,
): AsyncGenerator<CompletionEvent> {
  for await (const events of completion) yield* events
}

/** Each event of a completion as if it had arrived alone. */
export async function* oneByOne(
  events: AsyncIterable<CompletionEvent>,
): AsyncGenerator<readonly CompletionEvent[]> {
  for await (const event of events) yield [event]
}
