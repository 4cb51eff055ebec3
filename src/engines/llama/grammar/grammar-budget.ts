/** Most places of a grammar where a text may be at once. Lists of a thousand values and hundreds of members fit. */
export const MAX_REACHABLE_PLACES = 8192
/** Steps that a reply may take beyond those of its tokens: where a grammar is new, hardly anything is known of it. */
const MAX_SAVED_STEPS = 200_000
/** Steps for each token, of about 50 ns. What was found out before takes none. */
const STEPS_OF_A_TOKEN = 20_000

/** A grammar that cannot be followed within its limits; the message is for whoever wrote the schema. */
export class GrammarLimitError extends Error {
  override readonly name = 'GrammarLimitError'

  constructor() {
    super(
      'The schema takes too much work to follow: in its patterns and alternatives a text may be at too many places at once. Use fewer or shorter repetitions and alternatives.',
    )
  }
}

/** The steps that are left for following a grammar in one reply. */
export class GrammarBudget {
  #left: number

  constructor(steps = MAX_SAVED_STEPS) {
    this.#left = steps
  }

  get isSpent(): boolean {
    return this.#left < 0
  }

  /** @throws GrammarLimitError where fewer steps are left */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new GrammarLimitError()
  }

  /** Before a token is drawn. */
  beginToken(): void {
    this.#left = Math.min(MAX_SAVED_STEPS, this.#left + STEPS_OF_A_TOKEN)
  }
}
