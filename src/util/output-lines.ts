import type { OutputSink, WriteOutcome } from './output-sink.ts'

/** The most bytes of waiting lines. The block that is being written is extra, and never larger. */
export const MAX_WAITING_BYTES = 1024 * 1024
/** Lines are written in blocks of this size, or after this delay: a write for each would cost more than its request. */
const BLOCK_BYTES = 65_536
const DELAY_MS = 100
/** The delay before a failed write is retried. */
const RETRY_MS = 1_000

/** The bounds of {@link OutputLines}. */
export interface OutputLinesOptions {
  readonly maxWaitingBytes?: number
  readonly delayMs?: number
  readonly retryMs?: number
}

/**
 * Writes lines to a log or a terminal. A write never blocks, throws or waits: if the disk is full or no one reads, lines
 * wait in a bounded buffer, and lines that do not fit are dropped and counted.
 */
export class OutputLines {
  readonly #sink: OutputSink
  readonly #maxWaitingBytes: number
  readonly #delayMs: number
  readonly #retryMs: number
  #waiting: Buffer[] = []
  #waitingBytes = 0
  /** The block that is being written or retried; its first line may be written in part. */
  #block: Buffer | null = null
  #isWriting = false
  #isGone = false
  #timer: NodeJS.Timeout | null = null
  #droppedLines = 0
  #unreportedLines = 0
  #wakers: (() => void)[] = []
  /** Returns the line that reports dropped lines, written once there is space again. */
  describeDropped: ((lines: number) => string) | null = null

  constructor(sink: OutputSink, options: OutputLinesOptions = {}) {
    this.#sink = sink
    this.#maxWaitingBytes = options.maxWaitingBytes ?? MAX_WAITING_BYTES
    this.#delayMs = options.delayMs ?? DELAY_MS
    this.#retryMs = options.retryMs ?? RETRY_MS
  }

  /** The number of lines dropped since the process started. */
  get droppedLines(): number {
    return this.#droppedLines
  }

  /** Whether a write in progress keeps the process from exiting. */
  get holdsExit(): boolean {
    return this.#isWriting && this.#sink.holdsExit
  }

  /** Queues a line, which is written together with others. */
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

  /** Starts to write the waiting lines, unless a write is in progress. */
  flush(): void {
    if (this.#block === null) this.#turn()
  }

  /** Resolves when all lines are written, or can no longer be written. */
  written(): Promise<void> {
    this.flush()
    if (this.#isIdle) return Promise.resolve()
    return new Promise((resolve) => this.#wakers.push(resolve))
  }

  /** Writes the waiting lines, once, when the process exits. */
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
      // A full disk does not keep the process alive.
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
    // The report comes after the waiting lines, as the dropped lines would have. It may exceed the bound by one line.
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
