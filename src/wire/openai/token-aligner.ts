import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { ScoredToken } from '../../completion/scored-token.ts'

const MAX_BYTES_PER_UNIT = 3

/**
 * Finds the scored tokens of each piece of a text. Tokens come before their text, which may come in other pieces, without
 * the white space at its beginning, or not at all where a stop sequence ends it.
 */
export class TokenAligner {
  /** Tokens that came, and how many of these were taken. */
  #tokens: ScoredToken[] = []
  #taken = 0
  /** How much text has come, and how much the tokens that were taken stand for, in code units. */
  #textUnits = 0
  #tokenUnits = 0
  #isAtStart = true

  add(tokens: readonly ScoredToken[]): void {
    if (this.#taken === this.#tokens.length) {
      this.#tokens = []
      this.#taken = 0
    }
    for (const token of tokens) this.#tokens.push(token)
  }

  /** The tokens with which a piece of text begins, up to the one in which it ends. */
  take(text: string): readonly ScoredToken[] {
    if (this.#isAtStart && text !== '') {
      this.#isAtStart = false
      this.#textUnits += this.#missingSpace(text)
    }
    this.#textUnits += text.length
    return this.#takeBegun()
  }

  /** The rest, at the end of the text. @param isCut whether a stop sequence ended it: tokens after it are left out */
  takeRest(isCut: boolean): readonly ScoredToken[] {
    return isCut ? this.#takeBegun() : this.#takeUpTo(this.#tokens.length)
  }

  #takeBegun(): readonly ScoredToken[] {
    let end = this.#taken
    for (; end < this.#tokens.length && this.#tokenUnits < this.#textUnits; end++) {
      const token = this.#tokens[end]
      if (token !== undefined) this.#tokenUnits += unitsOf(token)
    }
    return this.#takeUpTo(end)
  }

  #takeUpTo(end: number): readonly ScoredToken[] {
    const taken = this.#tokens.slice(this.#taken, end)
    this.#taken = end
    return taken
  }

  #missingSpace(text: string): number {
    const generated = this.#tokens.map((token) => token.text).join('')
    return Math.max(0, leadingSpaceOf(generated) - leadingSpaceOf(text))
  }
}

function leadingSpaceOf(text: string): number {
  return text.length - text.trimStart().length
}

/** How much of a text a token stands for, in code units. */
export function unitsOf({ text, bytes, isControl }: ScoredToken): number {
  if (isControl) return 0
  return bytes === null ? text.length : bytes.length / MAX_BYTES_PER_UNIT
}

/** The scored tokens of a completion's text. */
export function scoredTextTokens(events: readonly CompletionEvent[]): ScoredToken[] {
  const aligner = new TokenAligner()
  const tokens: ScoredToken[] = []
  const take = (taken: readonly ScoredToken[]) => {
    for (const token of taken) tokens.push(token)
  }
  for (const event of events) {
    if (event.type === 'completion-tokens') aligner.add(event.tokens)
    if (event.type === 'text-delta') take(aligner.take(event.text))
    if (event.type === 'completion-end') take(aligner.takeRest(event.stopSequence !== null))
  }
  return tokens
}
