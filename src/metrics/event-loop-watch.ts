import { performance } from 'node:perf_hooks'

/** A tenth of a second costs nothing and misses no delay that a reader of a stream would notice. */
const PERIOD_MS = 100

/** Measures how late the event loop is, again and again, without keeping the program alive. */
export class EventLoopWatch {
  readonly #timer: NodeJS.Timeout

  /** @param observe is told how much later than planned a timer fired, in milliseconds */
  constructor(observe: (delayMs: number) => void) {
    let lastMs = performance.now()
    this.#timer = setInterval(() => {
      const nowMs = performance.now()
      observe(Math.max(0, nowMs - lastMs - PERIOD_MS))
      lastMs = nowMs
    }, PERIOD_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
