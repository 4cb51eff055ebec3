import type { GrammarAutomaton } from '../grammar/grammar-automaton.ts'
import { GrammarBudget } from '../grammar/grammar-budget.ts'
import type { GrammarState } from '../grammar/grammar-state.ts'
import {
  NO_PARTIAL,
  type PartialCharacter,
  rangeOf,
  type TokenTexts,
  withByte,
} from '../llama-cpp/token-texts.ts'
import type { CandidateTokens } from './candidate-tokens.ts'

/** The tokens of a model, as a grammar uses them. */
export interface GrammarTokens {
  readonly texts: TokenTexts
  isEndOfGeneration(token: number): boolean
}

/** The state of a grammar in one completion, token by token. All methods throw a GrammarLimitError for too much work. */
export class TokenGrammar {
  readonly #automaton: GrammarAutomaton
  readonly #tokens: GrammarTokens
  readonly #budget = new GrammarBudget()
  #state: GrammarState
  /** A character of which some bytes are still missing. */
  #partial: PartialCharacter = NO_PARTIAL

  constructor(automaton: GrammarAutomaton, tokens: GrammarTokens) {
    this.#automaton = automaton
    this.#tokens = tokens
    this.#state = automaton.start(this.#budget)
  }

  /** Advances past the token; returns false, unchanged, if the grammar rejects it. */
  accept(token: number): boolean {
    this.#budget.beginToken()
    if (this.#tokens.isEndOfGeneration(token)) return this.#mayEnd
    const bytes = this.#tokens.texts.bytesOf(token)
    if (bytes !== undefined) return this.#acceptBytes(bytes)
    const state = this.#afterText(token)
    if (state === null) return false
    this.#state = state
    return true
  }

  /** Rules out the candidates that the grammar rejects. */
  restrict(candidates: CandidateTokens): void {
    candidates.keep((token) => this.#allows(token))
  }

  #allows(token: number): boolean {
    if (this.#tokens.isEndOfGeneration(token)) return this.#mayEnd
    const bytes = this.#tokens.texts.bytesOf(token)
    return (bytes === undefined ? this.#afterText(token) : this.#afterBytes(bytes)) !== null
  }

  get #mayEnd(): boolean {
    return this.#state.isComplete && this.#partial.missingBytes === 0
  }

  /** The state after the token's text. A token without a text, such as an unused one, is always rejected. */
  #afterText(token: number): GrammarState | null {
    const { texts } = this.#tokens
    const [start, end] = [texts.startOf(token), texts.endOf(token)]
    if (start === end || this.#partial.missingBytes > 0) return null
    let state: GrammarState | null = this.#state
    for (let at = start; at < end && state !== null; at++) {
      state = this.#automaton.next(state, texts.codePointAt(at), this.#budget)
    }
    return state
  }

  #acceptBytes(bytes: Uint8Array): boolean {
    const after = this.#afterBytes(bytes)
    if (after === null) return false
    this.#state = after.state
    this.#partial = after.partial
    return true
  }

  #afterBytes(bytes: Uint8Array): { state: GrammarState; partial: PartialCharacter } | null {
    let state = this.#state
    let partial = this.#partial
    for (const byte of bytes) {
      const more = withByte(partial, byte)
      if (more === null) return null
      partial = more
      if (partial.missingBytes > 0) continue
      const next = this.#automaton.next(state, partial.bits, this.#budget)
      if (next === null) return null
      state = next
    }
    if (partial.missingBytes === 0) return { state, partial }
    const [first, last] = rangeOf(partial)
    return this.#automaton.allowsAnyOf(state, first, last, this.#budget) ? { state, partial } : null
  }
}
