/** How often silence is looked at within its limit, and asked whether it is one. */
const CHECKS_PER_LIMIT = 30
/** So much of the limit makes a silence one that others are told of; no more than a step may take. */
const UNRESPONSIVE_SHARE = 0.1

/** What a {@link Watchdog} watches. */
export interface WatchdogOptions {
  /** The longest silence; 0 watches nothing. */
  readonly limitMs: number
  /** Asks for a sign of life; it is asked again only after one has come. */
  readonly ping?: () => void
  /** The silence became a long one, or ended. */
  readonly onChange?: (isUnresponsive: boolean) => void
  /** The limit is over; nothing is watched any more. */
  readonly onTimeout: () => void
  /** A clock that never goes back, in milliseconds. */
  readonly nowMs?: () => number
}

/**
 * Watches another process by its signs of life. Time in which this process itself did not run (it was stopped, its
 * machine slept, its event loop was busy) is no silence of the other one.
 */
export class Watchdog {
  readonly #options: WatchdogOptions
  readonly #intervalMs: number
  readonly #timer: NodeJS.Timeout | null
  readonly #nowMs: () => number
  #checkedMs: number
  #silentMs = 0
  #isPinged = false
  #isUnresponsive = false

  constructor(options: WatchdogOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#checkedMs = this.#nowMs()
    this.#intervalMs = Math.max(1, options.limitMs / CHECKS_PER_LIMIT)
    this.#timer = options.limitMs > 0 ? setInterval(() => this.#check(), this.#intervalMs) : null
    this.#timer?.unref()
  }

  /** Whether the silence is so long that it is unusual. */
  get isUnresponsive(): boolean {
    return this.#isUnresponsive
  }

  /** A sign of life. */
  reset(): void {
    this.#silentMs = 0
    this.#isPinged = false
    this.#setUnresponsive(false)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  #check(): void {
    const nowMs = this.#nowMs()
    this.#silentMs += Math.min(nowMs - this.#checkedMs, 2 * this.#intervalMs)
    this.#checkedMs = nowMs
    if (this.#silentMs >= this.#options.limitMs) {
      this.stop()
      this.#options.onTimeout()
      return
    }
    this.#setUnresponsive(this.#silentMs > this.#options.limitMs * UNRESPONSIVE_SHARE)
    if (this.#isPinged) return
    this.#isPinged = true
    this.#options.ping?.()
  }

  #setUnresponsive(isUnresponsive: boolean): void {
    if (isUnresponsive === this.#isUnresponsive) return
    this.#isUnresponsive = isUnresponsive
    this.#options.onChange?.(isUnresponsive)
  }
}
