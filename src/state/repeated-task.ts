/**
 * Work that is done again and again, one run at a time. A run that fails is a matter for the next one: the database may
 * be back by then. It does not keep the process alive.
 */
export class RepeatedTask {
  readonly #intervalMs: number
  readonly #run: () => Promise<void>
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(intervalMs: number, run: () => Promise<void>) {
    this.#intervalMs = intervalMs
    this.#run = run
  }

  start(): void {
    this.#timer ??= this.#schedule()
  }

  /** Runs after the run that may be going on, and tells how that went. */
  runNow(): Promise<void> {
    const run = this.#running.then(this.#run)
    this.#running = run.catch(() => undefined)
    return run
  }

  /** Begins no further run, and waits for the last one. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#running
  }

  #schedule(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      const next = () => {
        // `stop` may have come in between, and `start` after it.
        if (this.#timer === timer) this.#timer = this.#schedule()
      }
      this.runNow().then(next, next)
    }, this.#intervalMs)
    timer.unref()
    return timer
  }
}
