import { EventEmitter, once } from 'node:events'

/** A count of which a test can wait for a value, without asking again and again. */
export class WatchedCount {
  readonly #changes = new EventEmitter().setMaxListeners(0)
  #value = 0

  get value(): number {
    return this.#value
  }

  add(difference: number): void {
    this.#value += difference
    this.#changes.emit('change')
  }

  /** Waits until the count has this value; the test's time limit ends the wait. */
  async until(value: number): Promise<void> {
    while (this.#value !== value) await once(this.#changes, 'change')
  }
}
