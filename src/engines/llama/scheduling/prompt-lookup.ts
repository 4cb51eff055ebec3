/** The length of the n-gram that is looked up. */
const NGRAM_TOKENS = 4
/** Only this many of the last tokens are searched. */
const MAX_SEARCHED_TOKENS = 16_384
const MIN_DRAFT_TOKENS = 3
const MAX_DRAFT_TOKENS = 8
/** The longest pause after drafts that were rejected. */
const MAX_PAUSE_STEPS = 64

/**
 * Drafts the next tokens of one sequence (prompt lookup decoding): those that followed the last time that its last few
 * tokens occurred, in the prompt or in the completion. Evaluating several tokens in one step takes little longer than one,
 * so accepted drafts save time where text is quoted, corrected, or turned into JSON. A rejected draft costs half a step
 * or more, so rejections are followed by pauses.
 */
export class PromptLookup {
  #draftTokens = MIN_DRAFT_TOKENS
  #failures = 0
  #pauseSteps = 0

  /**
   * @param tokens all tokens of the sequence, including the one that was sampled last
   * @returns at most `maxTokens` tokens, mostly none
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

  /** Adapts to how many of the draft tokens were accepted. */
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

/** The index after the most recent earlier occurrence of the last tokens; null if there is none. */
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
