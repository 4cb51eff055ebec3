import { asObject, parseJson } from '../../../util/json-value.ts'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import { JsonBrackets } from './json-brackets.ts'
import { exceedsJsonLimits, MAX_JSON_DEPTH } from './json-limits.ts'

/** Most characters of one call's input. */
export const MAX_TOOL_INPUT_CHARACTERS = 4 * 1024 * 1024
/** Most opening brackets and commas of an input: they decide how long it takes to parse. */
export const MAX_TOOL_INPUT_MEMBERS = 16_384

/** How an input that was no JSON object was repaired. */
export type ToolInputRepair = 'closed' | 'cut-after-its-end' | 'unquoted'

/**
 * The input of one tool call, in pieces. Joined, the output is the text of one JSON object, or the beginning of one where
 * the completion was cut short.
 *
 * Models make mistakes, and so do the servers that parse their tool calls. Missing closing brackets are added, text after
 * the object is dropped, an object in quotes is unquoted, and an empty input becomes `{}`. Anything else is refused.
 */
export class ToolInput {
  #text = ''
  #state: 'before' | 'object' | 'other' | 'complete' = 'before'
  readonly #brackets = new JsonBrackets(MAX_JSON_DEPTH, MAX_TOOL_INPUT_MEMBERS)
  #repair: ToolInputRepair | null = null
  readonly #upstream: string

  /** @param upstream its address, for the log */
  constructor(upstream: string) {
    this.#upstream = upstream
  }

  get isComplete(): boolean {
    return this.#state === 'complete'
  }

  /** Whether it has begun and has not ended. */
  get isOpen(): boolean {
    return this.#state === 'object' || this.#state === 'other'
  }

  /** Whether this is the text of the whole input. */
  equals(text: string): boolean {
    return this.isComplete && this.#text.trim() === text.trim()
  }

  /** The last repair; null when none was needed. */
  get repair(): ToolInputRepair | null {
    return this.#repair
  }

  /**
   * Takes the next piece and returns what can be passed on.
   *
   * @throws UpstreamFailure `malformed-tool-call` when it cannot become a JSON object
   */
  push(piece: string): string {
    if (this.#state === 'complete') {
      if (piece.trim() !== '') this.#repair = 'cut-after-its-end'
      return ''
    }
    if (this.#text.length + piece.length > MAX_TOOL_INPUT_CHARACTERS) {
      throw this.#failure(`an input of more than ${MAX_TOOL_INPUT_CHARACTERS} characters`)
    }
    const text = this.#state === 'before' ? piece.trimStart() : piece
    if (text === '') return ''
    if (this.#state === 'before') this.#state = text.startsWith('{') ? 'object' : 'other'
    if (this.#state === 'object') return this.#pushToObject(text)
    this.#text += text
    return ''
  }

  /**
   * Returns the rest at the end of the response.
   *
   * @param isCut whether the completion was cut short: an incomplete object is accepted then
   * @throws UpstreamFailure `malformed-tool-call` when it is no JSON object
   */
  end(isCut: boolean): string {
    const rest = this.#state === 'complete' || (isCut && this.#state !== 'other') ? '' : this.#rest()
    if (rest === null && !isCut) throw this.#notAnObject()
    this.#state = 'complete'
    return rest ?? ''
  }

  #pushToObject(piece: string): string {
    const end = this.#brackets.push(piece)
    if (this.#brackets.exceedsLimits) {
      throw this.#failure('an input of too many members, or nested too deep')
    }
    this.#text += piece.slice(0, end ?? piece.length)
    if (end === null) return piece
    if (asObject(parseJson(this.#text)) === undefined) throw this.#notAnObject()
    this.#state = 'complete'
    if (piece.slice(end).trim() !== '') this.#repair = 'cut-after-its-end'
    return piece.slice(0, end)
  }

  /** Null when it cannot be repaired. */
  #rest(): string | null {
    if (this.#state === 'before') return '{}'
    if (this.#state === 'object') {
      this.#repair = 'closed'
      const rest = this.#brackets.closing
      return asObject(parseJson(this.#text + rest)) === undefined ? null : rest
    }
    this.#repair = 'unquoted'
    if (exceedsJsonLimits(this.#text, MAX_TOOL_INPUT_MEMBERS)) return null
    const value = parseJson(this.#text)
    if (value === null) return '{}'
    if (typeof value !== 'string' || exceedsJsonLimits(value, MAX_TOOL_INPUT_MEMBERS)) return null
    const inner = asObject(parseJson(value))
    return inner === undefined ? null : JSON.stringify(inner)
  }

  #notAnObject(): UpstreamFailure {
    return this.#failure(`an input of ${this.#text.length} characters that is no JSON object`)
  }

  #failure(what: string): UpstreamFailure {
    return new UpstreamFailure('malformed-tool-call', `${this.#upstream} called a tool with ${what}`)
  }
}
