/** Most positions of a grammar that a text may reach at once. Enums of a thousand values and hundreds of members fit. */
export const MAX_POSITIONS = 8192
/** Steps that a reply may take beyond those of its tokens: a new grammar has no cached states. */
const MAX_SAVED_STEPS = 200_000
/** Steps for each token, of about 50 ns. Cached transitions take none. */
const STEPS_OF_A_TOKEN = 20_000

/** A text cannot be matched within the limits; the message is for the author of the schema. */
export class GrammarLimitError extends Error {
  override readonly name = 'GrammarLimitError'

  constructor() {
    super(
      'The schema takes too much work to follow: in its patterns and alternatives a text may be at too many places at once. Use fewer or shorter repetitions and alternatives.',
    )
  }
}

/** The steps that are left for matching one reply against a grammar. */
export class GrammarBudget {
  #left: number

  constructor(steps = MAX_SAVED_STEPS) {
    this.#left = steps
  }

  get isExhausted(): boolean {
    return this.#left < 0
  }

  /** @throws GrammarLimitError where fewer steps are left */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new GrammarLimitError()
  }

  /** Adds the steps of the next token. */
  beginToken(): void {
    this.#left = Math.min(MAX_SAVED_STEPS, this.#left + STEPS_OF_A_TOKEN)
  }
}
