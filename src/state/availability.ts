import type { StateError } from './state-error.ts'

/** Whether the database responded to the last statement. */
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
    // These errors come from the database itself.
    else if (error.code === 'failed' || error.code === 'duplicate') this.#isUp = true
  }
}
