/** How long a piece of work has the event loop before others get it. */
export const WORK_SLICE_MS = 8

/** Work that waits for its next slice, in the order in which it began to wait. */
const waiting: (() => void)[] = []
let isScheduled = false

/**
 * The time that one piece of long work takes in the event loop. It goes slice by slice, and however many pieces of work
 * there are, each turn of the loop has one slice of one of them, so that what is short waits for one slice at most.
 */
export class WorkSlices {
  readonly #signal: AbortSignal | null
  #endsAtMs: number

  /** @param signal when it fires the work ends with its next slice */
  constructor(signal: AbortSignal | null = null) {
    this.#signal = signal
    this.#endsAtMs = performance.now() + WORK_SLICE_MS
  }

  /** Whether the slice has taken its time: {@link next} is to be awaited. */
  get isOver(): boolean {
    return performance.now() >= this.#endsAtMs
  }

  /**
   * Waits for the next slice.
   *
   * @throws the signal's reason, when that has fired
   */
  async next(): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
      schedule()
    })
    this.#signal?.throwIfAborted()
    this.#endsAtMs = performance.now() + WORK_SLICE_MS
  }
}

function schedule(): void {
  if (isScheduled) return
  isScheduled = true
  setImmediate(() => {
    isScheduled = false
    waiting.shift()?.()
    if (waiting.length > 0) schedule()
  })
}
