/** The first rates count as much as this many observed tokens. */
const FIRST_RATE_TOKENS = 8
/** From this many on, the older observations count half. */
const MAX_OBSERVED_TOKENS = 64

/** How often draft tokens are accepted, estimated for several classes of them from what was observed. */
export class AcceptanceEstimate {
  readonly #accepted: number[]
  readonly #observed: number[]

  /** @param firstRates of each class, before anything is observed */
  constructor(firstRates: readonly number[]) {
    this.#accepted = firstRates.map((rate) => rate * FIRST_RATE_TOKENS)
    this.#observed = firstRates.map(() => FIRST_RATE_TOKENS)
  }

  /** The share of the tokens of a class that are accepted. */
  rateOf(tokenClass: number): number {
    return (this.#accepted[tokenClass] ?? 0) / (this.#observed[tokenClass] ?? 1)
  }

  observe(tokenClass: number, isAccepted: boolean): void {
    const observed = (this.#observed[tokenClass] ?? 0) + 1
    const accepted = (this.#accepted[tokenClass] ?? 0) + (isAccepted ? 1 : 0)
    const weight = observed >= MAX_OBSERVED_TOKENS ? 0.5 : 1
    this.#observed[tokenClass] = observed * weight
    this.#accepted[tokenClass] = accepted * weight
  }
}
