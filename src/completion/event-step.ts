import type { CompletionEvent } from './completion-event.ts'

/**
 * Changes a completion on its way: takes its events, some at a time, and gives those that they become. Behind a
 * `completion-end` that comes out nothing more is put in, whether or not one came in: who asks leaves the rest.
 */
export type EventStep = (events: readonly CompletionEvent[]) => readonly CompletionEvent[]

/** Changes nothing. */
export const unchanged: EventStep = (events) => events

/** Takes events through a step until the completion ends. */
export function throughStep(
  events: AsyncIterable<CompletionEvent>,
  step: EventStep,
): AsyncIterable<CompletionEvent> {
  return step === unchanged ? events : changedEvents(events, step)
}

async function* changedEvents(
  events: AsyncIterable<CompletionEvent>,
  step: EventStep,
): AsyncGenerator<CompletionEvent> {
  for await (const event of events) {
    for (const changed of step([event])) {
      yield changed
      if (changed.type === 'completion-end') return
    }
  }
}
