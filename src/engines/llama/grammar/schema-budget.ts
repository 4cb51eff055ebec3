import { isJsonObject } from '../../../util/json-object.ts'
import { SchemaError, TOO_COMPLEX } from './schema-error.ts'

/**
 * Most steps that the schemas of one request may take, all together: one for each value that is looked at, each member
 * that is merged and each choice that is made. They are counted before they are done, and take 10 ms at most.
 */
export const MAX_SCHEMA_STEPS = 60_000
/** So much text is looked through in the time of one step. */
const TEXT_UNITS_OF_A_STEP = 64
/** A character of a pattern may be a class of its own, and is read more slowly. */
const STEPS_OF_A_PATTERN_UNIT = 8
const STEPS_OF_A_COPIED_MEMBER = 4

/** The steps that are left for the schemas of a request. */
export class SchemaBudget {
  #left: number

  constructor(steps = MAX_SCHEMA_STEPS) {
    this.#left = steps
  }

  /** Whether it is used up: whatever comes now is refused. */
  get isExhausted(): boolean {
    return this.#left < 0
  }

  get stepsLeft(): number {
    return this.#left
  }

  /** @throws SchemaError where fewer steps are left */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new SchemaError(TOO_COMPLEX)
  }

  /** To copy an object, which takes longer than to look at it. */
  spendCopy(copied: object): void {
    this.spend(Object.keys(copied).length * STEPS_OF_A_COPIED_MEMBER)
  }

  spendText(units: number): void {
    this.spend(Math.ceil(units / TEXT_UNITS_OF_A_STEP))
  }

  spendPattern(pattern: string): void {
    this.spend(pattern.length * STEPS_OF_A_PATTERN_UNIT)
  }

  /**
   * Spends a step on every value inside one, and on its texts; what follows may look at all of it once.
   *
   * @throws SchemaError as soon as there is more than is left
   */
  measure(whole: unknown): void {
    const waiting = [whole]
    while (waiting.length > 0) {
      const value = waiting.pop()
      this.spend(1)
      if (typeof value === 'string') this.spendText(value.length)
      else if (Array.isArray(value)) this.#enter(value, waiting)
      else if (isJsonObject(value)) {
        const keys = Object.keys(value)
        this.spendText(keys.reduce((units, key) => units + key.length, 0))
        this.#enter(Object.values(value), waiting)
      }
    }
  }

  /** Refused before it is copied, where there is too much. */
  #enter(values: readonly unknown[], waiting: unknown[]): void {
    if (values.length > this.#left) this.spend(values.length)
    for (const value of values) waiting.push(value)
  }
}
