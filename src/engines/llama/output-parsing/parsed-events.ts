import type { CompletionDelta, CompletionEvent, StopReason } from '../../../completion/completion-event.ts'
import type { OutputParser } from './output-parser.ts'
import type { OutputPart } from './output-part.ts'

/** What of a reply is passed on. */
export interface ParsedEventsOptions {
  /** Whether thoughts are; they are read all the same. */
  readonly showsThinking: boolean
  /** Whether words are; where a tool must be called they are the beginning of a call that was cut. */
  readonly showsText: boolean
  /** Whether the reply ends with its first call. */
  readonly endsWithCall: boolean
}

/** Makes of a generation whose text is a whole reply the events of what is in it. */
export async function* parsedEvents(
  generated: AsyncIterable<readonly CompletionEvent[]>,
  parser: OutputParser,
  options: ParsedEventsOptions,
): AsyncGenerator<readonly CompletionEvent[]> {
  const composer = new ReplyComposer(options)
  for await (const together of generated) {
    const events: CompletionEvent[] = []
    for (const event of together) {
      if (event.type === 'text-delta') {
        events.push(...composer.compose(parser.push(event.text), event.completionTokens))
        if (composer.isOver) break
      } else if (event.type === 'completion-end') {
        const isCut = event.stopReason === 'max-tokens' || event.stopReason === 'context-window'
        events.push(...composer.compose(parser.end(isCut), 0), ...composer.rest())
        yield [...events, { ...event, stopReason: composer.stopReason(event.stopReason) }]
        return
      } else {
        events.push(event)
      }
    }
    if (composer.isOver) {
      yield [
        ...events,
        ...composer.rest(),
        { type: 'completion-end', stopReason: 'tool-call', stopSequence: null },
      ]
      return
    }
    if (events.length > 0) yield events
  }
}

/** Keeps to the order of events, and counts every token once. */
class ReplyComposer {
  readonly #options: ParsedEventsOptions
  #tokens = 0
  #last: CompletionDelta['type'] = 'text-delta'
  #hasBegun = false
  #hasCalled = false
  #isOver = false

  constructor(options: ParsedEventsOptions) {
    this.#options = options
  }

  /** Whether nothing more of the reply is wanted. */
  get isOver(): boolean {
    return this.#isOver
  }

  stopReason(reason: StopReason): StopReason {
    return reason === 'end-of-generation' && this.#hasCalled ? 'tool-call' : reason
  }

  compose(pieces: readonly OutputPart[], tokens: number): CompletionDelta[] {
    this.#tokens += tokens
    return pieces.flatMap((piece) => (this.#isOver ? [] : this.#composeOne(piece)))
  }

  /** Tokens that came without anything to show. */
  rest(): CompletionDelta[] {
    if (this.#tokens === 0) return []
    switch (this.#last) {
      case 'thinking-delta':
        return [{ type: 'thinking-delta', text: '', completionTokens: this.#take() }]
      case 'tool-call-start':
      case 'tool-input-delta':
        return [{ type: 'tool-input-delta', json: '', completionTokens: this.#take() }]
      case 'text-delta':
        return [{ type: 'text-delta', text: '', completionTokens: this.#take() }]
    }
  }

  #composeOne(piece: OutputPart): CompletionDelta[] {
    switch (piece.type) {
      case 'thinking':
        // Thoughts come first or not at all.
        if (!this.#options.showsThinking || this.#hasBegun) return []
        return this.#delta({ type: 'thinking-delta', text: piece.text, completionTokens: this.#take() })
      case 'text':
        if (!this.#options.showsText) return []
        this.#hasBegun = true
        return this.#delta({ type: 'text-delta', text: piece.text, completionTokens: this.#take() })
      case 'call-start':
        this.#hasBegun = true
        this.#hasCalled = true
        return this.#delta({
          type: 'tool-call-start',
          id: null,
          name: piece.name,
          completionTokens: this.#take(),
        })
      case 'call-input':
        return this.#delta({ type: 'tool-input-delta', json: piece.json, completionTokens: this.#take() })
      case 'call-end':
        this.#isOver = this.#options.endsWithCall
        return []
    }
  }

  #delta(delta: CompletionDelta): CompletionDelta[] {
    this.#last = delta.type
    return [delta]
  }

  #take(): number {
    const tokens = this.#tokens
    this.#tokens = 0
    return tokens
  }
}
