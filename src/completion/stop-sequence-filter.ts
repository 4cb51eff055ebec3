import { type CompletionEvent, isDelta, type TextDelta } from './completion-event.ts'
import { StopSequenceMatcher } from './stop-sequence-matcher.ts'

/**
 * Passes events on until a stop sequence is complete, then ends. Text that may still become a stop sequence is held
 * back until that is decided, so nothing of a stop sequence is ever passed on. Only text is looked at: thoughts and
 * calls of tools hold no stop sequence, and none reaches over them.
 */
export async function* stopSequenceFilter(
  events: AsyncIterable<CompletionEvent>,
  stopSequences: readonly string[],
): AsyncGenerator<CompletionEvent> {
  const matcher = new StopSequenceMatcher(stopSequences)
  let heldTokens = 0
  for await (const event of events) {
    if (event.type === 'text-delta') {
      heldTokens += event.completionTokens
      const { released, matched } = matcher.push(event.text)
      if (released !== '' || matched !== null) {
        yield textDelta(released, heldTokens)
        heldTokens = 0
      }
      if (matched !== null) {
        yield { type: 'completion-end', stopReason: 'stop-sequence', stopSequence: matched }
        return
      }
    } else if (event.type === 'completion-end' || isDelta(event)) {
      const rest = matcher.flush()
      if (rest !== '' || heldTokens > 0) yield textDelta(rest, heldTokens)
      heldTokens = 0
      yield event
    } else {
      yield event
    }
  }
}

function textDelta(text: string, completionTokens: number): TextDelta {
  return { type: 'text-delta', text, completionTokens }
}
