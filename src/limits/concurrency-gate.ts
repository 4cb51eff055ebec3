/** Counts the requests that run in this instance, which has its share of a limit of concurrency. */
export class ConcurrencyGate {
  limit: number
  readonly #instances: () => number
  #running = 0

  constructor(limit: number, instances: () => number) {
    this.limit = limit
    this.#instances = instances
  }

  /** Lets a request in, if another one may run. */
  tryEnter(): boolean {
    // Rounded up: each instance may run one request at least.
    if (this.#running >= Math.ceil(this.limit / this.#instances())) return false
    this.#running += 1
    return true
  }

  exit(): void {
    this.#running -= 1
  }

  get isEmpty(): boolean {
    return this.#running === 0
  }
}
