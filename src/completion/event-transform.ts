import type { CompletionEvent } from './completion-event.ts'

/**
 * Maps the events of a completion, an array at a time. After it returns a `completion-end` it is not called again, even
 * if the source continues.
 */
export type EventTransform = (events: readonly CompletionEvent[]) => readonly CompletionEvent[]

export const unchanged: EventTransform = (events) => events

/** Transforms events until the completion ends. Events that arrived together stay together. */
export function transformEvents(
  events: AsyncIterable<readonly CompletionEvent[]>,
  transform: EventTransform,
): AsyncIterable<readonly CompletionEvent[]> {
  return transform === unchanged ? events : transformed(events, transform)
}

async function* transformed(
  events: AsyncIterable<readonly CompletionEvent[]>,
  transform: EventTransform,
): AsyncGenerator<readonly CompletionEvent[]> {
  for await (const together of events) {
    const result = transform(together)
    if (result.length > 0) yield result
    if (result.at(-1)?.type === 'completion-end') return
  }
}
