import type { OutputSink, WriteOutcome } from './output-sink.ts'

/** Most bytes of lines that wait; what is being written comes on top, and is no more than waited before. */
export const MAX_WAITING_BYTES = 1024 * 1024
/** Lines wait until there are so many bytes of them, or for so long: a write for each would cost more than its request. */
const BLOCK_BYTES = 65_536
const DELAY_MS = 100
/** How long to wait before a write that failed is tried again. */
const RETRY_MS = 1_000

/** The bounds of {@link OutputLines}. */
export interface OutputLinesOptions {
  readonly maxWaitingBytes?: number
  readonly delayMs?: number
  readonly retryMs?: number
}

/**
 * Lines on their way to a log or a terminal. Writing one never blocks, throws or waits: where the disk is full or nobody
 * reads, lines wait in a bounded buffer, and those that find no room there are dropped and counted.
 */
export class OutputLines {
  readonly #sink: OutputSink
  readonly #maxWaitingBytes: number
  readonly #delayMs: number
  readonly #retryMs: number
  #waiting: Buffer[] = []
  #waitingBytes = 0
  /** What is being written, or is to be tried again: it may end in the middle of a line that is half written. */
  #block: Buffer | null = null
  #isWriting = false
  #isGone = false
  #timer: NodeJS.Timeout | null = null
  #droppedLines = 0
  #unreportedLines = 0
  #wakers: (() => void)[] = []
  /** Makes the line that says how many lines were dropped, once there is room again. */
  describeDropped: ((lines: number) => string) | null = null

  constructor(sink: OutputSink, options: OutputLinesOptions = {}) {
    this.#sink = sink
    this.#maxWaitingBytes = options.maxWaitingBytes ?? MAX_WAITING_BYTES
    this.#delayMs = options.delayMs ?? DELAY_MS
    this.#retryMs = options.retryMs ?? RETRY_MS
  }

  /** How many lines were dropped since the process began. */
  get droppedLines(): number {
    return this.#droppedLines
  }

  /** Whether a write is under way without which the process cannot exit. */
  get holdsExit(): boolean {
    return this.#isWriting && this.#sink.holdsExit
  }

  /** Writes a line soon, together with others. */
  write(line: string): void {
    const bytes = Buffer.from(line)
    if (this.#isGone || this.#waitingBytes + bytes.length > this.#maxWaitingBytes) {
      this.#droppedLines++
      this.#unreportedLines++
      return
    }
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#writeSoon()
  }

  /** Begins to write what waits, unless an earlier write has not ended yet. */
  flush(): void {
    if (this.#block === null) this.#turn()
  }

  /** Resolves when nothing waits any more; at once where nothing is taken any more. */
  written(): Promise<void> {
    this.flush()
    if (this.#isIdle) return Promise.resolve()
    return new Promise((resolve) => this.#wakers.push(resolve))
  }

  /** For the end of the process: tries once to write what waits. */
  writeAtExit(): void {
    if (this.#isGone || this.#isWriting || this.#isIdle) return
    const blocks = this.#block === null ? this.#waiting : [this.#block, ...this.#waiting]
    this.#sink.writeAtExit(Buffer.concat(blocks))
  }

  get #isIdle(): boolean {
    return this.#block === null && this.#waiting.length === 0
  }

  #writeSoon(): void {
    if (this.#waitingBytes >= BLOCK_BYTES || this.#wakers.length > 0) this.flush()
    else this.#timer ??= setTimeout(() => this.#turn(), this.#delayMs)
  }

  #turn(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#isWriting || this.#isGone) return
    this.#block ??= this.#takeWaiting()
    if (this.#block === null) {
      for (const wake of this.#wakers.splice(0)) wake()
      return
    }
    this.#isWriting = true
    this.#sink.write(this.#block, (outcome, writtenBytes) => this.#wrote(outcome, writtenBytes))
  }

  #takeWaiting(): Buffer | null {
    if (this.#waiting.length === 0) return null
    const block = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    return block
  }

  #wrote(outcome: WriteOutcome, writtenBytes: number): void {
    this.#isWriting = false
    if (outcome === 'gone') {
      this.#cancel()
      return
    }
    if (outcome === 'failed') {
      this.#timer ??= setTimeout(() => this.#turn(), this.#retryMs)
      // A disk that stays full does not keep a program from ending.
      this.#timer.unref()
      return
    }
    const rest = this.#block?.subarray(writtenBytes)
    this.#block = rest !== undefined && rest.length > 0 ? rest : null
    if (this.#block === null) this.#reportDropped()
    if (this.#block === null && this.#waiting.length > 0) this.#writeSoon()
    else this.#turn()
  }

  #reportDropped(): void {
    if (this.#unreportedLines === 0 || this.describeDropped === null) return
    const lines = this.#unreportedLines
    this.#unreportedLines = 0
    const bytes = Buffer.from(this.describeDropped(lines))
    // Lines were dropped behind all that wait. One line more than the buffer holds is bound enough.
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
  }

  #cancel(): void {
    this.#isGone = true
    this.#block = null
    this.#waiting = []
    this.#waitingBytes = 0
    for (const wake of this.#wakers.splice(0)) wake()
  }
}
