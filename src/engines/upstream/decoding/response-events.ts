import {
  type CompletionDelta,
  type CompletionEvent,
  isDelta,
  type StopReason,
} from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import type { OnWarning } from '../dialects/upstream-dialect.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import { TokenTally } from './token-tally.ts'
import { type ToolCallPiece, ToolCallSequence } from './tool-call-sequence.ts'
import { MAX_TOOL_INPUT_CHARACTERS } from './tool-input.ts'
import { WholeCharacters } from './whole-characters.ts'

/** What an upstream's event adds to an answer, in no dialect's words. */
export type DecodedPiece =
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'thinking-signature'; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | ToolCallPiece

/** Stop reasons of a completion that was cut short, in the middle of a call perhaps. */
const CUT: ReadonlySet<StopReason> = new Set(['max-tokens', 'context-window', 'refusal'])

/**
 * Makes the events of one completion of what an upstream sends, in the order that is promised: thoughts, then texts and
 * calls, each whole before the next begins.
 *
 * Thoughts that come later are left out, and all of them where the caller asked for none. Text that comes in the middle
 * of a call waits for its end.
 */
export class ResponseEvents {
  readonly #request: CompletionRequest
  readonly #upstream: string
  readonly #onWarning: OnWarning
  readonly #tally = new TokenTally()
  readonly #thinkingText = new WholeCharacters()
  readonly #texts = new WholeCharacters()
  readonly #calls: ToolCallSequence
  /** Text that came in the middle of a call. */
  #waitingText = ''
  /** What went out last. */
  #kind: CompletionDelta['type'] | null = null
  /** Tokens without anything to go out with, before it is clear what the completion begins with. */
  #waitingTokens = 0
  #isOver = false

  /** @param upstream its address, for the log */
  constructor(request: CompletionRequest, upstream: string, onWarning: OnWarning) {
    this.#request = request
    this.#upstream = upstream
    this.#onWarning = onWarning
    this.#calls = new ToolCallSequence(request, upstream, onWarning)
  }

  /** How many tokens the completion has so far. */
  get completionTokens(): number {
    return this.#tally.completionTokens
  }

  /** Whether the completion ended before the upstream did. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** What the upstream says of the prompt. */
  prompt(promptTokens: number, reusedPromptTokens: number): CompletionEvent[] {
    return this.#tally.prompt(promptTokens, reusedPromptTokens)
  }

  /**
   * What one event of the upstream comes to.
   *
   * @param completionTokensSoFar the upstream's own count; null where it does not tell
   * @throws UpstreamFailure when a call of a tool cannot be read
   */
  add(pieces: readonly DecodedPiece[], completionTokensSoFar: number | null): CompletionEvent[] {
    const events = pieces.flatMap((piece) => this.#eventsOf(piece))
    const tokens = this.#tally.next(pieces.some(hasContent), completionTokensSoFar)
    const counted = this.#withTokens(events, tokens)
    if (!this.#calls.hasOneTooMany) return counted
    this.#isOver = true
    return [...counted, ...this.close('tool-call')]
  }

  /** The same for one that brings a text and nothing else, as most do. */
  addText(text: string): CompletionEvent[] {
    const waits = this.#calls.isOpen || this.#waitingText !== '' || this.#waitingTokens > 0
    if (waits || text === '') return this.add([{ type: 'text', text }], null)
    const completionTokens = this.#tally.next(true, null)
    const whole = this.#texts.push(text)
    if (whole === '') return this.#withTokens([], completionTokens)
    this.#kind = 'text-delta'
    return [{ type: 'text-delta', text: whole, completionTokens }]
  }

  /**
   * The end, and what was held back for it.
   *
   * @throws UpstreamFailure when a call of a tool cannot be read
   */
  close(stopReason: StopReason, stopSequence: string | null = null): CompletionEvent[] {
    const events: CompletionEvent[] = this.#calls.finish(CUT.has(stopReason))
    if (events.length > 0) this.#kind = 'tool-input-delta'
    events.push(...this.#releaseText())
    const counted = this.#withTokens(events, 0, true)
    return [...counted, { type: 'completion-end', stopReason: this.#withCalls(stopReason), stopSequence }]
  }

  #eventsOf(piece: DecodedPiece): CompletionEvent[] {
    switch (piece.type) {
      case 'thinking':
        return this.#isThinkingWanted(piece.text) ? this.#thinking(piece.text) : []
      case 'thinking-signature':
        return this.#isThinkingWanted(piece.signature)
          ? [{ type: 'thinking-signature', signature: piece.signature }]
          : []
      case 'text':
        return this.#text(piece.text)
      case 'tool-call':
        return this.#call(piece)
    }
  }

  #isThinkingWanted(thinking: string): boolean {
    if (thinking === '' || !this.#request.prompt.isThinkingEnabled) return false
    if (this.#kind === null || this.#kind === 'thinking-delta') return true
    this.#onWarning('thoughts that came behind the first text or call were left out')
    return false
  }

  #thinking(piece: string): CompletionEvent[] {
    const text = this.#thinkingText.push(piece)
    if (text === '') return []
    this.#kind = 'thinking-delta'
    return [{ type: 'thinking-delta', text, completionTokens: 0 }]
  }

  #text(piece: string): CompletionEvent[] {
    this.#waitingText += this.#texts.push(piece)
    if (!this.#calls.isOpen) return this.#releaseText()
    if (this.#waitingText.length <= MAX_TOOL_INPUT_CHARACTERS) return []
    throw new UpstreamFailure('malformed-event', `${this.#upstream} did not end a call of a tool`)
  }

  #releaseText(): CompletionEvent[] {
    const text = this.#waitingText
    this.#waitingText = ''
    if (text === '') return []
    this.#kind = 'text-delta'
    return [{ type: 'text-delta', text, completionTokens: 0 }]
  }

  #call(piece: ToolCallPiece): CompletionEvent[] {
    const events: CompletionEvent[] = this.#calls.push(piece)
    if (events.length > 0) this.#kind = 'tool-input-delta'
    return this.#calls.isOpen ? events : [...events, ...this.#releaseText()]
  }

  /** A model that called a tool ended its turn with that, whatever its server calls it. */
  #withCalls(stopReason: StopReason): StopReason {
    if (stopReason === 'end-of-generation' && this.#calls.count > 0) return 'tool-call'
    return stopReason === 'tool-call' && this.#calls.count === 0 ? 'end-of-generation' : stopReason
  }

  /** The tokens go with the first thing that they may have come with, else with one that holds nothing. */
  #withTokens(events: CompletionEvent[], newTokens: number, isEnd = false): CompletionEvent[] {
    const completionTokens = newTokens + this.#waitingTokens
    this.#waitingTokens = 0
    if (completionTokens === 0) return events
    const first = events.findIndex(isDelta)
    const delta = events[first]
    if (delta !== undefined && isDelta(delta)) return events.with(first, { ...delta, completionTokens })
    if (this.#kind === null && this.#request.prompt.isThinkingEnabled && !isEnd) {
      this.#waitingTokens = completionTokens
      return events
    }
    return [...events, this.#emptyDelta(completionTokens)]
  }

  #emptyDelta(completionTokens: number): CompletionDelta {
    if (this.#kind === 'thinking-delta') return { type: 'thinking-delta', text: '', completionTokens }
    if (this.#kind === 'tool-input-delta') return { type: 'tool-input-delta', json: '', completionTokens }
    return { type: 'text-delta', text: '', completionTokens }
  }
}

function hasContent(piece: DecodedPiece): boolean {
  switch (piece.type) {
    case 'thinking':
    case 'text':
      return piece.text !== ''
    case 'tool-call':
      return piece.json !== '' || piece.name !== ''
    case 'thinking-signature':
      return false
  }
}
