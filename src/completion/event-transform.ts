import type { CompletionEvent } from './completion-event.ts'

/**
 * Changes a completion on its way: takes its events, some at a time, and gives those that they become. Behind a
 * `completion-end` that comes out nothing more is put in, whether or not one came in: who asks leaves the rest.
 */
export type EventStep = (events: readonly CompletionEvent[]) => readonly CompletionEvent[]

/** Changes nothing. */
export const unchanged: EventStep = (events) => events

/** Takes events through a step until the completion ends. Events that arrived together stay together. */
export function throughStep(
  events: AsyncIterable<readonly CompletionEvent[]>,
  step: EventStep,
): AsyncIterable<readonly CompletionEvent[]> {
  return step === unchanged ? events : changedEvents(events, step)
}

async function* changedEvents(
  events: AsyncIterable<readonly CompletionEvent[]>,
  step: EventStep,
): AsyncGenerator<readonly CompletionEvent[]> {
  for await (const together of events) {
    const changed = step(together)
    if (changed.length > 0) yield changed
    if (changed.at(-1)?.type === 'completion-end') return
  }
}
