/** The longest text that a template may create, in UTF-16 code units. */
const MAX_TEXT_UNITS = 67_108_864
/** The most items in a list that a template may create. */
const MAX_LIST_ITEMS = 1_048_576
/** Processing this much text takes about as long as one step. */
const UNITS_PER_STEP = 256

/** A template exceeded its limits for one prompt. */
export class RenderBudgetError extends Error {
  override readonly name = 'RenderBudgetError'
}

/** The steps that are left for rendering. A step takes about as long as looking up a name. */
export class RenderBudget {
  #steps: number
  readonly #maxSteps: number

  constructor(maxSteps: number) {
    this.#steps = maxSteps
    this.#maxSteps = maxSteps
  }

  /** @throws RenderBudgetError when fewer steps are left */
  spend(steps: number): void {
    this.#steps -= steps
    if (this.#steps < 0) throw new RenderBudgetError(`it takes more than ${this.#maxSteps} steps`)
  }

  /** @throws RenderBudgetError when a text is too long */
  checkText(units: number): void {
    if (units <= MAX_TEXT_UNITS) return
    throw new RenderBudgetError(`it makes a text of more than ${MAX_TEXT_UNITS} characters`)
  }

  /** Spends the steps of visiting a text once. */
  spendOnText(units: number): void {
    this.checkText(units)
    this.spend(Math.ceil(units / UNITS_PER_STEP))
  }

  /** Spends the steps of visiting a list once. */
  spendOnList(items: number): void {
    if (items > MAX_LIST_ITEMS) {
      throw new RenderBudgetError(`it makes a list of more than ${MAX_LIST_ITEMS} items`)
    }
    this.spend(Math.ceil(items))
  }
}
