import type { CompletionRequest } from '../../../completion/completion-request.ts'
import type { ReplyPart } from '../../../completion/reply-part.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import type { OnWarning } from './response-decoder.ts'
import { ToolInput } from './tool-input.ts'
import { WholeCharacters } from './whole-characters.ts'

/** Most tool calls of one response. */
export const MAX_TOOL_CALLS = 256

/** A piece of a tool call: any of it may come later, or again. */
export interface ToolCallPiece {
  readonly type: 'tool-call'
  /** Distinguishes the calls of a response; null where the upstream does not number them. */
  readonly index: number | null
  readonly id: string | null
  readonly name: string
  readonly json: string
  /** Whether the call is complete. */
  readonly isEnd: boolean
}

/**
 * Puts the pieces of several tool calls, which may be interleaved, into the order of one call after the other: the first
 * incomplete call is passed on as it arrives, the others wait for it.
 */
export class ToolCallSequence {
  readonly #calls: IncomingCall[] = []
  /** Of those that have the same index the last. */
  readonly #lastByIndex = new Map<number, IncomingCall>()
  readonly #request: CompletionRequest
  readonly #upstream: string
  readonly #onWarning: OnWarning
  /** The first of the calls that is not complete. */
  #current = 0
  #hasOneTooMany = false

  /** @param upstream its address, for the log */
  constructor(request: CompletionRequest, upstream: string, onWarning: OnWarning) {
    this.#request = request
    this.#upstream = upstream
    this.#onWarning = onWarning
  }

  /** The number of calls that have begun. */
  get count(): number {
    return this.#calls.length
  }

  /** Whether another call began where the request allows only one. */
  get hasOneTooMany(): boolean {
    return this.#hasOneTooMany
  }

  /** Whether a call is incomplete. */
  get isOpen(): boolean {
    return this.#current < this.#calls.length
  }

  /**
   * Takes the next piece.
   *
   * @throws UpstreamFailure `malformed-tool-call` when an input is no JSON object
   */
  push(piece: ToolCallPiece): ReplyPart[] {
    const call = this.#callOf(piece)
    if (call === null) return []
    call.add(piece)
    return this.#advance()
  }

  /**
   * The rest of all calls, at the end of the response.
   *
   * @param isCut whether the completion was cut short, possibly in the middle of its last call
   * @throws UpstreamFailure `malformed-tool-call` when a call has no name, or an input that is no JSON object
   */
  finish(isCut: boolean): ReplyPart[] {
    const parts: ReplyPart[] = []
    for (; this.isOpen; this.#current++) {
      const call = this.#calls[this.#current]
      const isLast = this.#current === this.#calls.length - 1
      if (call !== undefined) parts.push(...call.finish(isCut && isLast, this.#onlyName()))
    }
    this.#warnOfRepairs()
    return parts
  }

  #advance(): ReplyPart[] {
    const parts: ReplyPart[] = []
    for (; this.isOpen; this.#current++) {
      const call = this.#calls[this.#current]
      if (call !== undefined) parts.push(...call.takeReady())
      if (!call?.isComplete) break
    }
    return parts
  }

  /** The call that a piece belongs to; null when the piece is dropped. */
  #callOf(piece: ToolCallPiece): IncomingCall | null {
    const known = piece.index === null ? this.#calls.at(-1) : this.#lastByIndex.get(piece.index)
    if (known !== undefined && !known.isFollowedBy(piece)) return known
    if (piece.name === '' && piece.json.trim() === '' && piece.id === null) return null
    if (this.#calls.length > 0 && !this.#request.allowsParallelToolCalls) {
      this.#hasOneTooMany = true
      return null
    }
    if (this.#calls.length === MAX_TOOL_CALLS) {
      throw new UpstreamFailure(
        'malformed-event',
        `${this.#upstream} sent more than ${MAX_TOOL_CALLS} tool calls`,
      )
    }
    const call = new IncomingCall(piece.index, this.#upstream)
    this.#calls.push(call)
    if (piece.index !== null) this.#lastByIndex.set(piece.index, call)
    return call
  }

  /** The name of a call that has none, where only one name is possible. */
  #onlyName(): string | null {
    const { toolChoice, prompt } = this.#request
    if (toolChoice.type === 'tool') return toolChoice.name
    return prompt.tools.length === 1 ? (prompt.tools[0]?.name ?? null) : null
  }

  #warnOfRepairs(): void {
    for (const { repair } of this.#calls) {
      if (repair !== null) this.#onWarning(`the input of a tool call was no JSON object and was ${repair}`)
    }
  }
}

/** One tool call. */
class IncomingCall {
  readonly index: number | null
  readonly #upstream: string
  readonly #input: ToolInput
  readonly #characters = new WholeCharacters()
  #id: string | null = null
  #name = ''
  /** Input that may be passed on once the call has started. */
  #ready = ''
  #hasInput = false
  #isStarted = false
  #isEnded = false

  constructor(index: number | null, upstream: string) {
    this.index = index
    this.#upstream = upstream
    this.#input = new ToolInput(upstream)
  }

  /** Whether all of it has been passed on. */
  get isComplete(): boolean {
    return this.#isStarted && this.#input.isComplete && this.#ready === ''
  }

  get repair() {
    return this.#input.repair
  }

  /**
   * Whether a piece that seems to belong here starts the next call. Some servers give all calls the same index, or none;
   * some repeat the name and send a new id with every piece of one call.
   */
  isFollowedBy({ index, id, name, json }: ToolCallPiece): boolean {
    if (name === '' || (id !== null && id === this.#id)) return false
    if (this.#input.isComplete && json.trim() !== '') return true
    return index === null && (id !== null || this.#input.isComplete)
  }

  add({ id, name, json, isEnd }: ToolCallPiece): void {
    this.#id ??= id
    // A name comes whole, in pieces, or whole with every piece; once the input starts it is complete.
    if (this.#name === '' || (!this.#hasInput && name !== this.#name)) this.#name += name
    this.#hasInput ||= json.trim() !== ''
    this.#ready += this.#input.push(this.#characters.push(json))
    this.#isEnded ||= isEnd
    if (isEnd && !this.#hasInput) this.#ready += this.#input.end(false)
  }

  /** What can be passed on now: the name is known to be complete once there is input. */
  takeReady(): ReplyPart[] {
    const isNameComplete = this.#name !== '' && (this.#hasInput || this.#isEnded)
    if (!this.#isStarted && !isNameComplete) return []
    return this.#take(this.#name)
  }

  /** The rest of it. */
  finish(isCut: boolean, onlyName: string | null): ReplyPart[] {
    const name = this.#name === '' ? onlyName : this.#name
    if (name === null) {
      if (isCut) return []
      throw new UpstreamFailure('malformed-tool-call', `${this.#upstream} called a tool without a name`)
    }
    this.#ready += this.#input.end(isCut)
    return this.#take(name)
  }

  #take(name: string): ReplyPart[] {
    const parts: ReplyPart[] = []
    if (!this.#isStarted) parts.push({ type: 'tool-call-start', id: this.#id, name })
    if (this.#ready !== '') parts.push({ type: 'tool-input', json: this.#ready })
    this.#isStarted = true
    this.#ready = ''
    return parts
  }
}
