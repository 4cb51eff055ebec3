import type { CompletionEvent } from './completion-event.ts'

/**
 * Changes a completion on its way: takes its events, some at a time, and gives those that they become. Behind a
 * `completion-end` that comes out nothing more is put in, whether or not one came in: who asks leaves the rest.
 */
export type EventTransform = (events: readonly CompletionEvent[]) => readonly CompletionEvent[]

/** Changes nothing. */
export const unchanged: EventTransform = (events) => events

/** Takes events through a step until the completion ends. Events that arrived together stay together. */
export function transformEvents(
  events: AsyncIterable<readonly CompletionEvent[]>,
  step: EventTransform,
): AsyncIterable<readonly CompletionEvent[]> {
  return step === unchanged ? events : changedEvents(events, step)
}

async function* changedEvents(
  events: AsyncIterable<readonly CompletionEvent[]>,
  step: EventTransform,
): AsyncGenerator<readonly CompletionEvent[]> {
  for await (const together of events) {
    const changed = step(together)
    if (changed.length > 0) yield changed
    if (changed.at(-1)?.type === 'completion-end') return
  }
}
