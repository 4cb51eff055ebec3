import { addLeadingSpace } from './add-leading-space.ts'
import type { CompletionEvent } from './completion-event.ts'
import { type EventTransform, unchanged } from './event-transform.ts'
import { HUMAN_MARKER } from './human-assistant-prompt.ts'
import type { Prompt } from './prompt.ts'
import { StopSequenceFilter } from './stop-sequence-filter.ts'

/**
 * Turns what a model generates into what its kind of prompt promises: a completion of a text starts with a space; a
 * reply in a conversation starts without white space and ends before the next turn.
 *
 * @param form what the model was given: the prompt's text, or its turns through a chat template
 */
export function replyTransform(
  { kind, text, prefill }: Prompt,
  promptShape: 'text' | 'turns',
): EventTransform {
  if (kind === 'conversation') {
    const reply = promptShape === 'text' ? withoutNextTurn() : unchanged
    return prefill === '' ? composed(reply, trimmedStart()) : reply
  }
  if (kind === 'raw' || prefill !== '') return unchanged
  // A server may put even a text through a chat template, and a chat model starts its reply without a space.
  return promptShape === 'turns' || !/\s$/.test(text) ? addLeadingSpace() : unchanged
}

function composed(first: EventTransform, second: EventTransform): EventTransform {
  return (events) => second(first(events))
}

/** After `Assistant:` a model continues with a space; some do so after their template's tokens too. */
function trimmedStart(): EventTransform {
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

/** A model without a chat template sometimes writes the user's next turn too: its own turn ends there. */
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
