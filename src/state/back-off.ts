import { StateError } from './state-error.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

/** When to try again to open something that failed. Between two tries callers are refused at once, without a wait. */
export class BackOff {
  readonly #nowMs: () => number
  #pauseMs = 0
  #nextTryAtMs = 0
  #error: StateError | null = null

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** The last failure while it is too early for another try, else null. */
  refusal(): StateError | null {
    if (this.#error === null || this.#nowMs() >= this.#nextTryAtMs) return null
    return new StateError(this.#error.code, this.#error.message)
  }

  /** Notes a failed try. Failures of tries that ran side by side count as one. */
  fail(error: StateError): void {
    if (this.refusal() === null) {
      this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs === 0 ? FIRST_PAUSE_MS : this.#pauseMs * 2)
      // Instances that lost their database at the same moment do not come back at the same moment.
      this.#nextTryAtMs = this.#nowMs() + this.#pauseMs * (0.75 + Math.random() / 2)
    }
    this.#error = error
  }

  succeed(): void {
    this.#pauseMs = 0
    this.#error = null
  }
}
