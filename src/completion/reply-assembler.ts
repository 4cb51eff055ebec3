import type { CompletionDelta, CompletionEvent, StopReason } from './completion-event.ts'
import { RepeatedCallFilter } from './repeated-call-filter.ts'
import type { ReplyPart } from './reply-part.ts'

/** Which parts of a reply its events show. */
export interface ReplyAssemblerOptions {
  readonly showsThinking: boolean
  /** False where a tool must be called: text is then the beginning of a call that was cut off. */
  readonly showsText: boolean
  /** Whether the reply ends with its first tool call. */
  readonly endsWithToolCall: boolean
  /** Whether the reply ends where a tool call repeats the one before it, and without the repetition. */
  readonly endsWithRepeatedCall: boolean
  /** Whether thinking is shown too that comes after the first text or tool call; false by default. */
  readonly showsLateThinking?: boolean
}

/**
 * Turns the parts of a reply into completion events.
 * Every token is counted once: with the first delta that it may belong to, or else with an empty one.
 */
export class ReplyAssembler {
  readonly #options: ReplyAssemblerOptions
  readonly #repeatedCalls: RepeatedCallFilter | null
  /** Tokens that no delta carries yet. */
  #pendingTokens = 0
  #lastDelta: CompletionDelta['type'] | null = null
  #hasToolCall = false
  #isOver = false

  constructor(options: ReplyAssemblerOptions) {
    this.#options = options
    this.#repeatedCalls = options.endsWithRepeatedCall ? new RepeatedCallFilter() : null
  }

  /** Whether the reply ended with a tool call, whatever follows. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** @param tokens how many tokens were decoded for these parts */
  add(parts: readonly ReplyPart[], tokens: number): CompletionEvent[] {
    this.#pendingTokens += tokens
    const events: CompletionEvent[] = []
    for (const part of parts) {
      if (this.#isOver) break
      for (const passed of this.#repeatedCalls?.push(part) ?? [part]) this.#addEventOf(passed, events)
      if (this.#repeatedCalls?.hasRepeatedCall) this.#isOver = true
    }
    return events
  }

  /**
   * Reports pending tokens with a delta that adds nothing. While it is open whether the reply begins with thinking,
   * they wait.
   */
  flush(): CompletionDelta | null {
    return this.#lastDelta === null && this.#options.showsThinking ? null : this.#emptyDelta()
  }

  end(stopReason: StopReason, stopSequence: string | null): CompletionEvent[] {
    const events: CompletionEvent[] = []
    for (const held of this.#repeatedCalls?.finish() ?? []) this.#addEventOf(held, events)
    const pending = this.#emptyDelta()
    const end = { type: 'completion-end', stopReason: this.#stopReason(stopReason), stopSequence } as const
    return pending === null ? [...events, end] : [...events, pending, end]
  }

  #addEventOf(part: ReplyPart, events: CompletionEvent[]): void {
    const event = this.#eventOf(part)
    if (event !== null) events.push(event)
  }

  #eventOf(part: ReplyPart): CompletionEvent | null {
    switch (part.type) {
      case 'thinking':
        if (!this.#acceptsThinking()) return null
        return this.#delta({ type: 'thinking-delta', text: part.text, completionTokens: this.#take() })
      case 'thinking-signature':
        if (!this.#acceptsThinking()) return null
        // It is thinking of its own where none came before it: no input of a tool call may follow.
        this.#lastDelta = 'thinking-delta'
        return part
      case 'text':
        if (!this.#options.showsText) return null
        return this.#delta({ type: 'text-delta', text: part.text, completionTokens: this.#take() })
      case 'citation':
      case 'text-block-end':
        return this.#options.showsText ? part : null
      case 'tool-call-start':
        this.#hasToolCall = true
        return this.#delta({ ...part, completionTokens: this.#take() })
      case 'tool-input':
        return this.#delta({ type: 'tool-input-delta', json: part.json, completionTokens: this.#take() })
      case 'tool-call-end':
        this.#isOver = this.#options.endsWithToolCall
        return null
    }
  }

  #acceptsThinking(): boolean {
    if (!this.#options.showsThinking) return false
    const isFirst = this.#lastDelta === null || this.#lastDelta === 'thinking-delta'
    return isFirst || this.#options.showsLateThinking === true
  }

  #delta(delta: CompletionDelta): CompletionDelta {
    this.#lastDelta = delta.type
    return delta
  }

  /** Pending tokens with nothing else; null where there are none. */
  #emptyDelta(): CompletionDelta | null {
    if (this.#pendingTokens === 0) return null
    const completionTokens = this.#take()
    switch (this.#lastDelta) {
      case 'thinking-delta':
        return { type: 'thinking-delta', text: '', completionTokens }
      case 'tool-call-start':
      case 'tool-input-delta':
        return { type: 'tool-input-delta', json: '', completionTokens }
      default:
        return { type: 'text-delta', text: '', completionTokens }
    }
  }

  /** A turn that ends with a tool call stops for it, whatever the engine reports. */
  #stopReason(reason: StopReason): StopReason {
    if (reason === 'end-of-generation' && this.#hasToolCall) return 'tool-call'
    return reason === 'tool-call' && !this.#hasToolCall ? 'end-of-generation' : reason
  }

  #take(): number {
    const tokens = this.#pendingTokens
    this.#pendingTokens = 0
    return tokens
  }
}
