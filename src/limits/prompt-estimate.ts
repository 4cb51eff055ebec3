/** Tokens of a code unit of English text, about. */
const USUAL_RATIO = 0.25
/** How much a new prompt counts beside those before it. */
const NEW_WEIGHT = 0.2
/** Shorter prompts show little of a model's tokens. */
const MIN_UNITS = 200
const MAX_MODELS = 1_000

/** Estimates the tokens of a prompt before its engine counts them, by what the prompts of its model had. */
export class PromptEstimate {
  readonly #ratios = new Map<string, number>()

  tokensOf(modelId: string, units: number): number {
    return Math.max(1, Math.ceil(units * (this.#ratios.get(modelId) ?? USUAL_RATIO)))
  }

  learn(modelId: string, units: number, tokens: number): void {
    if (units < MIN_UNITS || tokens === 0) return
    const known = this.#ratios.get(modelId)
    if (known === undefined && this.#ratios.size >= MAX_MODELS) return
    const ratio = tokens / units
    this.#ratios.set(modelId, known === undefined ? ratio : known + NEW_WEIGHT * (ratio - known))
  }
}
