import { allowsSeveralCalls, type CompletionRequest } from '../../../completion/completion-request.ts'
import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { AssistantPart, UserPart } from '../../../completion/turn.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import type { OnWarning } from './response-decoder.ts'
import { ToolInput } from './tool-input.ts'
import { WholeCharacters } from './whole-characters.ts'

/** Most tool calls of one response. */
export const MAX_TOOL_CALLS = 256

/** No tool of a request has a longer name. */
const MAX_TOOL_NAME_CHARACTERS = 256

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
  readonly #toolNames: ReadonlySet<string>
  /** Ids of the conversation's calls; null before the first call of the response. */
  #usedIds: Set<string> | null = null

  /** @param upstream its address, for the log */
  constructor(request: CompletionRequest, upstream: string, onWarning: OnWarning) {
    this.#request = request
    this.#toolNames = new Set(request.prompt.tools.map(({ name }) => name))
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

  /** Whether the last call ends before or in the middle of its input. */
  get endsInInput(): boolean {
    return this.#calls.at(-1)?.isInInput ?? false
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
    return parts.map((part) => this.#withOwnId(part))
  }

  #advance(): ReplyPart[] {
    const parts: ReplyPart[] = []
    for (; this.isOpen; this.#current++) {
      const call = this.#calls[this.#current]
      if (call !== undefined) parts.push(...call.takeReady())
      if (!call?.isComplete) break
    }
    return parts.map((part) => this.#withOwnId(part))
  }

  /** Some upstreams begin to count their calls again in every response: the wire format creates another id then. */
  #withOwnId(part: ReplyPart): ReplyPart {
    if (part.type !== 'tool-call-start' || part.id === null) return part
    this.#usedIds ??= callIdsOf(this.#request)
    if (this.#usedIds.has(part.id)) return { ...part, id: null }
    this.#usedIds.add(part.id)
    return part
  }

  /** The call that a piece belongs to; null when the piece is dropped. */
  #callOf(piece: ToolCallPiece): IncomingCall | null {
    const last = piece.index === null ? this.#calls.at(-1) : this.#lastByIndex.get(piece.index)
    const known = this.#earlierCallOf(piece, last) ?? last
    if (known !== undefined && !known.isFollowedBy(piece, this.#toolNames)) return known
    if (piece.name === '' && piece.json.trim() === '' && piece.id === null) return null
    if (this.#calls.length > 0 && !allowsSeveralCalls(this.#request)) {
      this.#hasOneTooMany = true
      return null
    }
    if (this.#calls.length === MAX_TOOL_CALLS) {
      throw new UpstreamFailure(
        'malformed-event',
        `${this.#upstream} sent more than ${MAX_TOOL_CALLS} tool calls`,
      )
    }
    const call = new IncomingCall(piece.index, this.#upstream, known?.nameOfNext ?? '')
    this.#calls.push(call)
    if (piece.index !== null) this.#lastByIndex.set(piece.index, call)
    return call
  }

  /** A piece without a name may continue a call that is not the last of its index: its id says so. */
  #earlierCallOf(
    { index, id, name }: ToolCallPiece,
    last: IncomingCall | undefined,
  ): IncomingCall | undefined {
    if (name !== '' || id === null || last?.id === id) return undefined
    return this.#calls.find((call) => call.index === index && call.id === id)
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

function callIdsOf({ prompt }: CompletionRequest): Set<string> {
  const parts = prompt.turns.flatMap((turn): readonly (AssistantPart | UserPart)[] => turn.parts)
  return new Set(parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])))
}

const BEGINS_INPUT = /^\s*["{]/

/** One tool call. */
class IncomingCall {
  readonly index: number | null
  readonly #upstream: string
  readonly #input: ToolInput
  readonly #characters = new WholeCharacters()
  #id: string | null = null
  #name: string
  /** Input that may be passed on once the call has started. */
  #ready = ''
  #hasInput = false
  #isStarted = false
  #isEnded = false
  /** Whether pieces after the first have the name again, with other ids. */
  #repeatsName = false
  /** Whether the name came again after the input: what follows it is the input of another call. */
  #mayBeginAgain = false

  constructor(index: number | null, upstream: string, name: string) {
    this.index = index
    this.#name = name
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

  get id(): string | null {
    return this.#id
  }

  /** The name that came again after the input; empty where none did. */
  get nameOfNext(): string {
    return this.#mayBeginAgain ? this.#name : ''
  }

  /** Whether some of its input may be missing. */
  get isInInput(): boolean {
    return this.#input.isOpen || (!this.#hasInput && !this.#isEnded)
  }

  /**
   * Whether a piece that seems to belong here begins the next call. Some servers give all calls the same index, the same
   * id, or none; some repeat the name and send a new id with every piece of one call.
   */
  isFollowedBy(piece: ToolCallPiece, toolNames: ReadonlySet<string>): boolean {
    const { index, id, name, json } = piece
    const hasNewId = id !== null && id !== this.#id
    if (this.#input.isComplete) return this.#isFollowedWhenComplete(piece, hasNewId)
    if (name === '') return false
    if (index === null && hasNewId) return true
    if (this.#name === '' || name === this.#name) return false
    // A name may come in pieces, but not any more once its input has begun.
    if (this.#hasInput || (hasNewId && this.#id !== null)) return true
    return json === '' || BEGINS_INPUT.test(json) ? isOtherTool(this.#name, name, toolNames) : false
  }

  #isFollowedWhenComplete({ index, id, name, json }: ToolCallPiece, hasNewId: boolean): boolean {
    if (BEGINS_INPUT.test(json)) {
      // A server may send a call twice: in pieces, and whole at its end.
      if (name !== '') return id === null || hasNewId || !this.#input.equals(json)
      return hasNewId || this.#mayBeginAgain
    }
    if (name === '' || this.#name === '' || json.trim() !== '') return false
    if (hasNewId) return !this.#repeatsName
    return id === null && (index === null || name !== this.#name)
  }

  add({ id, name, json, isEnd }: ToolCallPiece): void {
    const isRepeated = name !== '' && name === this.#name
    this.#repeatsName ||= isRepeated && id !== null && id !== this.#id
    this.#mayBeginAgain = isRepeated && this.#input.isComplete && !this.#repeatsName
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

/** Whether a name is that of another tool, rather than the rest of the first name. */
function isOtherTool(first: string, second: string, toolNames: ReadonlySet<string>): boolean {
  // A longer text would be hashed again with every piece.
  if (first.length > MAX_TOOL_NAME_CHARACTERS || !toolNames.has(second)) return false
  return toolNames.has(first) && !toolNames.has(first + second)
}
