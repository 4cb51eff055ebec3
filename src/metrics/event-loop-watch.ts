import { performance } from 'node:perf_hooks'

/** Short enough to catch every delay that a reader of a stream would notice. */
const PERIOD_MS = 100

/** Measures periodically how late the event loop is, without keeping the process alive. */
export class EventLoopWatch {
  readonly #timer: NodeJS.Timeout

  /** @param observe receives how late a timer fired, in milliseconds */
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
