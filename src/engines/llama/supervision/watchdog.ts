/** How many checks, and pings, fit into the time limit. */
const CHECKS_PER_LIMIT = 30
/** The share of the time limit after which the process counts as unresponsive. */
const UNRESPONSIVE_SHARE = 0.1
/** The share of its silence that counts though the process waits for a processor: one that hangs is found in the end. */
const MIN_COUNTED_SHARE = 0.1

/** What a {@link Watchdog} watches. */
export interface WatchdogOptions {
  /** The longest silence; 0 watches nothing. */
  readonly limitMs: number
  /** Asks for a sign of life; called again only after one was received. */
  readonly ping?: () => void
  /** The process became unresponsive, or responds again. */
  readonly onChange?: (isUnresponsive: boolean) => void
  /** The time limit is over; nothing is watched any more. */
  readonly onTimeout: () => void
  /** How long the process has waited for a processor since the last call. */
  readonly waitedMs?: () => number
  /** A monotonic clock, in milliseconds. */
  readonly nowMs?: () => number
}

/**
 * Watches another process by its signs of life. Time in which this process itself did not run does not count: when it was
 * stopped, its machine slept, or its event loop was busy. Nor does most of the time in which the other one waits for a processor:
 * a busy machine does not make it unresponsive.
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

  get isUnresponsive(): boolean {
    return this.#isUnresponsive
  }

  /** Records a sign of life. */
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
    const passedMs = Math.min(nowMs - this.#checkedMs, 2 * this.#intervalMs)
    const waitedMs = this.#options.waitedMs?.() ?? 0
    this.#silentMs += Math.max(passedMs - waitedMs, passedMs * MIN_COUNTED_SHARE)
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
