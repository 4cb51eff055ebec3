/** The longest text, in UTF-16 code units, that a template may make. */
const MAX_TEXT_UNITS = 67_108_864
/** The most items of a list that a template may make. */
const MAX_LIST_ITEMS = 1_048_576
/** Work on a text goes over many characters in the time of one step. */
const UNITS_PER_STEP = 256

/** Says that a template has done all that it may do for one prompt. */
export class RenderBudgetError extends Error {
  override readonly name = 'RenderBudgetError'
}

/** What rendering may take. A step is about what it takes to look up a name. */
export class RenderBudget {
  #steps: number
  readonly #maxSteps: number

  constructor(maxSteps: number) {
    this.#steps = maxSteps
    this.#maxSteps = maxSteps
  }

  /** @throws RenderBudgetError when it is used up */
  spend(steps: number): void {
    this.#steps -= steps
    if (this.#steps < 0) throw new RenderBudgetError(`it takes more than ${this.#maxSteps} steps`)
  }

  /** @throws RenderBudgetError when a text is too long */
  checkText(units: number): void {
    if (units <= MAX_TEXT_UNITS) return
    throw new RenderBudgetError(`it makes a text of more than ${MAX_TEXT_UNITS} characters`)
  }

  /** Work that goes over a text once. */
  spendOnText(units: number): void {
    this.checkText(units)
    this.spend(Math.ceil(units / UNITS_PER_STEP))
  }

  /** Work that goes over a list once. */
  spendOnList(items: number): void {
    if (items > MAX_LIST_ITEMS) {
      throw new RenderBudgetError(`it makes a list of more than ${MAX_LIST_ITEMS} items`)
    }
    this.spend(Math.ceil(items))
  }
}
