/** How long one task may hold the event loop before others get a turn. */
export const WORK_SLICE_MS = 8

/** Tasks that wait for their next slice, in order. */
const waiting: (() => void)[] = []
let isScheduled = false

/**
 * Splits a long task into time slices. Each turn of the event loop runs one slice of one task, however many tasks there
 * are, so other work waits for one slice at most.
 */
export class WorkSlices {
  readonly #signal: AbortSignal | null
  #endsAtMs: number

  /** @param signal cancels the task at its next slice */
  constructor(signal: AbortSignal | null = null) {
    this.#signal = signal
    this.#endsAtMs = performance.now() + WORK_SLICE_MS
  }

  /** Whether the time of this slice is over: await {@link next} then. */
  get isOver(): boolean {
    return performance.now() >= this.#endsAtMs
  }

  /**
   * Waits for the next slice.
   *
   * @throws the signal's reason, if it was aborted
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
