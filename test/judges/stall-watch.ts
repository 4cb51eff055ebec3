import { type ThreadTimes, waitedBetween } from './thread-times.ts'

/** How long an event loop may come to nothing else, in a server that many share. */
export const MAX_STALL_MS = 250

/** A time in which an event loop came to no timer. */
export interface Stall {
  /** Without the time in which the process's threads waited for a processor: that is the machine's doing. */
  readonly stalledMs: number
  /** That time. */
  readonly waitedMs: number
  /** What the main thread used of a processor: little where it slept in a system call. */
  readonly ranMs: number
  /** When it ended, by the clock on the wall. */
  readonly endedAtMs: number
}

const PERIOD_MS = 20
/** Shorter ones are not worth a line. */
const MIN_SHOWN_MS = 100
const MAX_KEPT = 100

/** Measures from within a process how long its event loop stands still, without keeping the process alive. */
export class StallWatch {
  readonly #readTimes: () => ThreadTimes | null
  readonly #timer: NodeJS.Timeout
  #stalls: Stall[] = []
  #lastMs = 0
  #last: ThreadTimes | null = null

  /** @param readTimes of the process's threads; null where the system does not tell */
  constructor(readTimes: () => ThreadTimes | null) {
    this.#readTimes = readTimes
    this.forgive()
    this.#timer = setInterval(() => this.#tick(), PERIOD_MS)
    this.#timer.unref()
  }

  /** The stalls since the last call, in order; beyond {@link MAX_KEPT} only the longest. */
  take(): Stall[] {
    const taken = this.#stalls
    this.#stalls = []
    return taken.sort((a, b) => a.endedAtMs - b.endedAtMs)
  }

  /** Passes over the time since the last tick: what the watch's own process asked for is no stall. */
  forgive(): void {
    this.#lastMs = performance.now()
    this.#last = this.#readTimes()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const [lastMs, last] = [this.#lastMs, this.#last]
    this.forgive()
    const lateMs = this.#lastMs - lastMs - PERIOD_MS
    if (lateMs < MIN_SHOWN_MS) return
    const waitedMs = waitedBetween(last, this.#last)
    const ranMs = (this.#last?.ranMs ?? 0) - (last?.ranMs ?? 0)
    // What it worked it worked, however long others had the processor besides.
    const stalledMs = Math.min(lateMs, Math.max(ranMs, lateMs - waitedMs))
    if (stalledMs < MIN_SHOWN_MS) return
    this.#keep({
      stalledMs: Math.round(stalledMs),
      waitedMs: Math.round(waitedMs),
      ranMs: Math.round(ranMs),
      endedAtMs: Date.now(),
    })
  }

  #keep(stall: Stall): void {
    this.#stalls.push(stall)
    if (this.#stalls.length <= MAX_KEPT) return
    this.#stalls.sort((a, b) => b.stalledMs - a.stalledMs).pop()
  }
}
