/** The flag with which Node writes a line for each collection of garbage. */
export const GC_LOG_FLAG = '--trace-gc'
/** `[1:0x2a] 15 ms: Scavenge 4.7 (5.8) -> 4.3 (6.8) MB, pooled: 0 MB, 0.85 / 0.00 ms …`, the time being that of the pause. */
const LINE = /^\[\d+:(0x[0-9a-f]+)\]\s+\d+ ms: .* ([\d.]+) \/ [\d.]+ ms/gm

/** Pauses for collections of garbage in the main thread, from what a Node process writes with {@link GC_LOG_FLAG}. */
export class GcLog {
  /** That of the main thread is made first. */
  #mainIsolate: string | null = null
  #unfinished = ''
  #pausesMs: number[] = []

  push(output: string): void {
    const text = this.#unfinished + output
    const end = text.lastIndexOf('\n') + 1
    this.#unfinished = text.slice(end)
    for (const [, isolate = '', pauseMs] of text.slice(0, end).matchAll(LINE)) {
      this.#mainIsolate ??= isolate
      if (isolate === this.#mainIsolate) this.#pausesMs.push(Number(pauseMs))
    }
  }

  /** Those since the last call. */
  take(): readonly number[] {
    const pauses = this.#pausesMs
    this.#pausesMs = []
    return pauses
  }
}
