import type { Citation } from '../../../completion/citation.ts'
import type { CompletionEvent, PromptUsage, StopReason } from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import { ReplyAssembler } from '../../../completion/reply-assembler.ts'
import type { ReplyPart } from '../../../completion/reply-part.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import type { OnWarning } from './response-decoder.ts'
import { TokenTally } from './token-tally.ts'
import { type ToolCallPiece, ToolCallSequence } from './tool-call-sequence.ts'
import { MAX_TOOL_INPUT_CHARACTERS } from './tool-input.ts'
import { WholeCharacters } from './whole-characters.ts'

/** A part of a response, in the terms of no dialect. */
export type DecodedPiece =
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'thinking-signature'; readonly signature: string }
  /** A refusal is what the model says in place of a response. */
  | { readonly type: 'text'; readonly text: string; readonly isRefusal?: boolean }
  | { readonly type: 'citation'; readonly citation: Citation }
  | { readonly type: 'text-block-end' }
  | ToolCallPiece

/** What a part counts as that waits and has no text. */
const WAITING_PART_UNITS = 1_024

/** Stop reasons of a completion that was cut short, possibly in the middle of a tool call. */
const CUT: ReadonlySet<StopReason> = new Set(['max-tokens', 'context-window', 'refusal'])

/**
 * Turns what an upstream sends into the events of one completion. Thinking and text that come in the middle of a tool
 * call wait for its end.
 */
export class ResponseEvents {
  readonly #upstream: string
  readonly #maxTokens: number
  readonly #tally = new TokenTally()
  readonly #thinkingText = new WholeCharacters()
  readonly #texts = new WholeCharacters()
  readonly #calls: ToolCallSequence
  readonly #reply: ReplyAssembler
  /** Thinking and text that came in the middle of a call. */
  #waiting: ReplyPart[] = []
  #waitingUnits = 0
  #isRefused = false
  #isOver = false

  /** @param upstream its address, for the log */
  constructor(request: CompletionRequest, upstream: string, onWarning: OnWarning) {
    this.#upstream = upstream
    this.#maxTokens = request.maxTokens
    this.#calls = new ToolCallSequence(request, upstream, onWarning)
    this.#reply = new ReplyAssembler({
      showsThinking: request.prompt.isThinkingEnabled,
      showsText: true,
      endsWithToolCall: false,
      // A model that is free to choose may want the same call twice.
      endsWithRepeatedCall: request.toolChoice.type !== 'auto',
      showsLateThinking: true,
    })
  }

  /** The tokens of the completion so far. */
  get completionTokens(): number {
    return this.#tally.completionTokens
  }

  /** Whether the completion ended before the upstream did. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** The upstream's count of the prompt's tokens. */
  prompt(counts: Omit<PromptUsage, 'type'>): CompletionEvent[] {
    return this.#tally.prompt(counts)
  }

  /**
   * Takes the pieces of one event of the upstream.
   *
   * @param completionTokensSoFar the upstream's own count; null where it sends none
   * @throws UpstreamFailure when a tool call cannot be read
   */
  add(pieces: readonly DecodedPiece[], completionTokensSoFar: number | null): CompletionEvent[] {
    const parts = pieces.flatMap((piece) => this.#partsOf(piece))
    const tokens = this.#tally.next(pieces.some(hasContent), completionTokensSoFar)
    const events = this.#assemble(parts, tokens)
    if (!this.#calls.hasOneTooMany && !this.#reply.isOver) return events
    this.#isOver = true
    return [...events, ...this.close('tool-call')]
  }

  /** Takes an event with text only, as most are. */
  addText(text: string): CompletionEvent[] {
    if (this.#calls.isOpen || text === '') return this.add([{ type: 'text', text }], null)
    return this.#assemble(textParts('text', this.#texts.push(text)), this.#tally.next(true, null))
  }

  /**
   * Ends the completion with everything that was held back.
   *
   * @throws UpstreamFailure when a tool call cannot be read
   */
  close(stopReason: StopReason, stopSequence: string | null = null): CompletionEvent[] {
    const reason = this.#actualReason(stopReason)
    if (!this.#reply.isOver) return this.#end(reason, stopSequence)
    return this.#reply.end('tool-call', null)
  }

  #end(reason: StopReason, stopSequence: string | null): CompletionEvent[] {
    const parts = [...this.#calls.finish(CUT.has(reason)), ...this.#releaseWaiting()]
    return [...this.#reply.add(parts, 0), ...this.#reply.end(reason, stopSequence)]
  }

  /** Some servers report the end of a call that the token limit cut, or the end of a turn that is a refusal. */
  #actualReason(stopReason: StopReason): StopReason {
    if (stopReason !== 'end-of-generation' && stopReason !== 'tool-call') return stopReason
    if (this.#calls.endsInInput && this.completionTokens >= this.#maxTokens) return 'max-tokens'
    return this.#isRefused ? 'refusal' : stopReason
  }

  #assemble(parts: readonly ReplyPart[], tokens: number): CompletionEvent[] {
    const events = this.#reply.add(parts, tokens)
    const pending = this.#reply.flush()
    return pending === null ? events : [...events, pending]
  }

  #partsOf(piece: DecodedPiece): readonly ReplyPart[] {
    switch (piece.type) {
      case 'thinking':
        return this.#afterCalls(textParts('thinking', this.#thinkingText.push(piece.text)))
      case 'thinking-signature':
        return piece.signature === '' ? [] : this.#afterCalls([piece])
      case 'citation':
      case 'text-block-end':
        return this.#afterCalls([piece])
      case 'text':
        this.#isRefused ||= piece.isRefusal === true && piece.text !== ''
        return this.#afterCalls(textParts('text', this.#texts.push(piece.text)))
      case 'tool-call': {
        const parts = this.#calls.push(piece)
        return this.#calls.isOpen ? parts : [...parts, ...this.#releaseWaiting()]
      }
    }
  }

  /** Parts that come in the middle of a tool call wait for its end. */
  #afterCalls(parts: readonly ReplyPart[]): readonly ReplyPart[] {
    if (!this.#calls.isOpen) return parts
    for (const part of parts) {
      this.#waiting.push(part)
      this.#waitingUnits += 'text' in part ? part.text.length : WAITING_PART_UNITS
    }
    if (this.#waitingUnits <= MAX_TOOL_INPUT_CHARACTERS) return []
    throw new UpstreamFailure('malformed-event', `${this.#upstream} did not end a tool call`)
  }

  #releaseWaiting(): readonly ReplyPart[] {
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingUnits = 0
    return waiting
  }
}

function textParts(type: 'text' | 'thinking', text: string): ReplyPart[] {
  return text === '' ? [] : [{ type, text }]
}

function hasContent(piece: DecodedPiece): boolean {
  switch (piece.type) {
    case 'thinking':
    case 'text':
      return piece.text !== ''
    case 'tool-call':
      return piece.json !== '' || piece.name !== ''
    default:
      return false
  }
}
