import { type CompletionEvent, isDelta, type TextDelta } from './completion-event.ts'
import { StopSequenceMatcher } from './stop-sequence-matcher.ts'

/**
 * Ends a completion at its first stop sequence. Text that may become a stop sequence is held back until that is decided,
 * so no part of one is passed on. Stop sequences are matched in text alone, not in thinking or tool calls, nor across
 * them.
 */
export class StopSequenceFilter {
  readonly #matcher: StopSequenceMatcher
  #heldTokens = 0

  constructor(stopSequences: readonly string[]) {
    this.#matcher = new StopSequenceMatcher(stopSequences)
  }

  /** Returns the events to pass on; nothing may be pushed after a `completion-end`. */
  push(event: CompletionEvent): readonly CompletionEvent[] {
    if (event.type === 'text-delta') return this.#pushText(event)
    if (!endsText(event)) return [event]
    const rest = this.#matcher.flush()
    return rest !== '' || this.#heldTokens > 0 ? [this.#release(rest), event] : [event]
  }

  /** The same for events that arrived together. Nothing after a `completion-end` is passed on. */
  pushAll(events: readonly CompletionEvent[]): readonly CompletionEvent[] {
    const passed: CompletionEvent[] = []
    for (const event of events) {
      passed.push(...this.push(event))
      if (passed.at(-1)?.type === 'completion-end') break
    }
    return passed
  }

  #pushText({ text, completionTokens }: TextDelta): readonly CompletionEvent[] {
    this.#heldTokens += completionTokens
    const { released, matched } = this.#matcher.push(text)
    if (matched !== null) {
      const end = { type: 'completion-end', stopReason: 'stop-sequence', stopSequence: matched } as const
      return [this.#release(released), end]
    }
    return released === '' ? [] : [this.#release(released)]
  }

  #release(text: string): TextDelta {
    const completionTokens = this.#heldTokens
    this.#heldTokens = 0
    return { type: 'text-delta', text, completionTokens }
  }
}

/** Whether no text after an event can continue that before it. */
function endsText(event: CompletionEvent): boolean {
  const { type } = event
  return type === 'completion-end' || type === 'citation' || type === 'text-block-end' || isDelta(event)
}
