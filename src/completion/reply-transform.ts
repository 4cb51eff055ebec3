import { addLeadingSpace } from './add-leading-space.ts'
import type { CompletionEvent } from './completion-event.ts'
import { type EventTransform, unchanged } from './event-transform.ts'
import { HUMAN_MARKER } from './human-assistant-prompt.ts'
import type { Prompt } from './prompt.ts'
import { StopSequenceFilter } from './stop-sequence-filter.ts'

/**
 * Makes of what a model generated what the kind of its prompt promises: the rest of a text begins with a space, a reply
 * in a conversation at once and without a turn of somebody else in it.
 *
 * @param form what the model was given: the prompt's text, or its turns by way of a template
 */
export function replyTransform({ kind, prefill }: Prompt, form: 'text' | 'turns'): EventTransform {
  if (kind === 'conversation') {
    const reply = form === 'text' ? withoutNextTurn() : unchanged
    return prefill === '' ? inTurn(reply, beginningAtOnce()) : reply
  }
  return kind === 'text' && form === 'turns' && prefill === '' ? addLeadingSpace() : unchanged
}

function inTurn(first: EventTransform, second: EventTransform): EventTransform {
  return (events) => second(first(events))
}

/** Behind `Assistant:` a model writes on with a space; some do so behind the marks of their template too. */
function beginningAtOnce(): EventTransform {
  let isAtStart = true
  return (events) => {
    if (!isAtStart) return events
    return events.map((event) => {
      if (event.type !== 'text-delta' || !isAtStart) return event
      const text = event.text.trimStart()
      isAtStart = text === ''
      return { ...event, text }
    })
  }
}

/** A model that reads a text sometimes writes what the human says next: there its turn is over. */
function withoutNextTurn(): EventTransform {
  const filter = new StopSequenceFilter([HUMAN_MARKER])
  return (events) => {
    const passed = filter.pushAll(events)
    const last = passed.at(-1)
    const isNextTurn = last?.type === 'completion-end' && last.stopSequence === HUMAN_MARKER
    return isNextTurn ? [...passed.slice(0, -1), TURN_END] : passed
  }
}

const TURN_END: CompletionEvent = {
  type: 'completion-end',
  stopReason: 'end-of-generation',
  stopSequence: null,
}
