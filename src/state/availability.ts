import type { StateError } from './state-error.ts'

/** Whether the database answered when it was last asked. */
export class Availability {
  #isUp = true

  get isUp(): boolean {
    return this.#isUp
  }

  succeed(): void {
    this.#isUp = true
  }

  note(error: StateError): void {
    if (error.code === 'unavailable') this.#isUp = false
    // Any other answer is an answer, except those that say nothing about the database.
    else if (error.code === 'failed' || error.code === 'duplicate') this.#isUp = true
  }
}
