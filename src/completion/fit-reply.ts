import type { CompletionEvent } from './completion-event.ts'
import { HUMAN_MARKER } from './human-assistant-prompt.ts'
import { leadingSpace } from './leading-space.ts'
import type { Prompt } from './prompt.ts'
import { stopSequenceFilter } from './stop-sequence-filter.ts'

/**
 * Makes of what a model generated what the kind of its prompt promises: the rest of a text begins with a space, a reply
 * in a conversation at once and without a turn of somebody else in it.
 *
 * @param form what the model was given: the prompt's text, or its turns by way of a template
 */
export function fitReply(
  events: AsyncIterable<CompletionEvent>,
  prompt: Prompt,
  form: 'text' | 'turns',
): AsyncIterable<CompletionEvent> {
  const { kind, prefill } = prompt
  if (kind === 'conversation') {
    const reply = form === 'text' ? withoutNextTurn(events) : events
    return prefill === '' ? beginningAtOnce(reply) : reply
  }
  return kind === 'text' && form === 'turns' && prefill === '' ? leadingSpace(events) : events
}

/** Behind `Assistant:` a model writes on with a space; some do so behind the marks of their template too. */
async function* beginningAtOnce(events: AsyncIterable<CompletionEvent>): AsyncGenerator<CompletionEvent> {
  let isAtStart = true
  for await (const event of events) {
    if (event.type !== 'text-delta' || !isAtStart) {
      yield event
      continue
    }
    const text = event.text.trimStart()
    isAtStart = text === ''
    yield { ...event, text }
  }
}

/** A model that reads a text sometimes writes what the human says next: there its turn is over. */
async function* withoutNextTurn(events: AsyncIterable<CompletionEvent>): AsyncGenerator<CompletionEvent> {
  for await (const event of stopSequenceFilter(events, [HUMAN_MARKER])) {
    if (event.type === 'completion-end' && event.stopSequence === HUMAN_MARKER) {
      yield { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
    } else {
      yield event
    }
  }
}
