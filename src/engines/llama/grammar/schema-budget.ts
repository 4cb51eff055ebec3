import { isJsonObject } from '../../../util/json-object.ts'
import { SchemaError, TOO_COMPLEX } from './schema-error.ts'

/**
 * Most steps for all schemas of a request: one for each value visited, member merged and choice combined. Steps are
 * spent before the work is done, and take 10 ms at most.
 */
export const MAX_SCHEMA_STEPS = 60_000
const TEXT_UNITS_OF_A_STEP = 64
/** A character of a pattern may be a class of its own, which takes longer. */
const STEPS_OF_A_PATTERN_UNIT = 8
const STEPS_OF_A_COPIED_MEMBER = 4

/** The steps that are left for the schemas of a request. */
export class SchemaBudget {
  #left: number

  constructor(steps = MAX_SCHEMA_STEPS) {
    this.#left = steps
  }

  get isExhausted(): boolean {
    return this.#left < 0
  }

  get stepsLeft(): number {
    return this.#left
  }

  /** @throws SchemaError when fewer steps are left */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new SchemaError(TOO_COMPLEX)
  }

  /** Spends the steps of copying an object. */
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
   * Spends the steps of visiting a value and everything in it.
   *
   * @throws SchemaError as soon as too few are left
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

  /** Checks the size of a list before it is copied. */
  #enter(values: readonly unknown[], waiting: unknown[]): void {
    if (values.length > this.#left) this.spend(values.length)
    for (const value of values) waiting.push(value)
  }
}
