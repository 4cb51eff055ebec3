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
  if (form === 'turns' && prompt.kind === 'text' && prompt.prefill === '') return leadingSpace(events)
  return form === 'text' && prompt.kind === 'conversation' ? replyAlone(events, prompt) : events
}

/**
 * A model that reads a text writes on behind `Assistant:`, with a space first, and sometimes what the human says next:
 * there its turn is over.
 */
async function* replyAlone(
  events: AsyncIterable<CompletionEvent>,
  { prefill }: Prompt,
): AsyncGenerator<CompletionEvent> {
  let isAtStart = prefill === ''
  for await (const event of stopSequenceFilter(events, [HUMAN_MARKER])) {
    if (event.type === 'text-delta' && isAtStart) {
      const text = event.text.trimStart()
      isAtStart = text === ''
      yield { ...event, text }
    } else if (event.type === 'completion-end' && event.stopSequence === HUMAN_MARKER) {
      yield { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
    } else {
      yield event
    }
  }
}
