/** So many tokens in a row must have stood together before, for what followed then to be guessed again. */
const NGRAM_TOKENS = 4
/** The past is searched for so many tokens at most, from its end. */
const MAX_SEARCHED_TOKENS = 16_384
const MIN_DRAFT_TOKENS = 3
const MAX_DRAFT_TOKENS = 8
/** After guesses that were wrong in a row, so many steps are taken without one at most. */
const MAX_PAUSE_STEPS = 64

/**
 * Guesses the next tokens of one sequence: those that followed when its last few stood there before, in the prompt or in
 * the completion. Several tokens in one step take little longer than one, so that a guess that comes true is gained time:
 * text that is quoted, corrected, made JSON of. One that does not costs half a step or more, so whoever is often wrong
 * guesses seldom.
 */
export class PromptLookup {
  #draftTokens = MIN_DRAFT_TOKENS
  #failures = 0
  #pauseSteps = 0

  /**
   * @param tokens all of the sequence so far, the token that was drawn last included
   * @param maxTokens no more than so many
   * @returns token ids, mostly none
   */
  draft(tokens: readonly number[], maxTokens: number): number[] {
    if (this.#pauseSteps > 0) {
      this.#pauseSteps--
      return []
    }
    const count = Math.min(this.#draftTokens, maxTokens)
    if (count <= 0) return []
    const end = endOfMatch(tokens)
    return end === null ? [] : tokens.slice(end, end + count)
  }

  /** Learns how many of the guessed tokens, from the first on, were drawn indeed. */
  observe(draftTokens: number, accepted: number): void {
    if (accepted * 2 >= draftTokens) {
      this.#failures = 0
      if (accepted === draftTokens) this.#draftTokens = Math.min(MAX_DRAFT_TOKENS, this.#draftTokens * 2)
      return
    }
    this.#draftTokens = MIN_DRAFT_TOKENS
    this.#pauseSteps = Math.min(MAX_PAUSE_STEPS, 2 ** this.#failures++)
  }
}

/** Where the last tokens stood before, most recently: the place behind them, or null. */
function endOfMatch(tokens: readonly number[]): number | null {
  const tail = tokens.length - NGRAM_TOKENS
  const last = Math.max(0, tokens.length - MAX_SEARCHED_TOKENS)
  for (let start = tail - 1; start >= last; start--) {
    let matched = 0
    while (matched < NGRAM_TOKENS && tokens[start + matched] === tokens[tail + matched]) matched++
    if (matched === NGRAM_TOKENS) return start + NGRAM_TOKENS
  }
  return null
}
