import { fstatSync, write, writeSync } from 'node:fs'

/** The result of a write: after `failed` it may succeed later, after `gone` it never will. */
export type WriteOutcome = 'written' | 'failed' | 'gone'

/** A destination of output. Starting a write never blocks and never throws. */
export interface OutputSink {
  /** One write at a time; `done` is called once, with the number of bytes that were written. */
  write(bytes: Buffer, done: (outcome: WriteOutcome, writtenBytes: number) => void): void
  /** Writes what can be written synchronously, once, when the process exits. */
  writeAtExit(bytes: Buffer): void
  /** Whether a write in progress keeps the process from exiting. */
  readonly holdsExit: boolean
}

/** The sink for a standard descriptor, depending on what is open there. */
export function standardSink(descriptor: 1 | 2): OutputSink {
  return isStream(descriptor)
    ? new StreamSink(descriptor === 1 ? process.stdout : process.stderr)
    : new FileSink(descriptor)
}

/** Writes to pipes, sockets and terminals can be polled; all others block in the system. */
function isStream(descriptor: 1 | 2): boolean {
  const stat = fstatSync(descriptor)
  const { isTTY } = descriptor === 1 ? process.stdout : process.stderr
  return isTTY || stat.isFIFO() || stat.isSocket()
}

/** Errors after which a descriptor accepts no more writes. */
const FINAL_ERRORS: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EBADF'])

/** A file. A thread waits for the disk; a full disk may have space again later. */
export class FileSink implements OutputSink {
  readonly holdsExit = true
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  write(bytes: Buffer, done: (outcome: WriteOutcome, writtenBytes: number) => void): void {
    write(this.#descriptor, bytes, 0, bytes.length, null, (error, writtenBytes) => {
      if (error === null) done('written', writtenBytes)
      else done(FINAL_ERRORS.has(error.code) ? 'gone' : 'failed', 0)
    })
  }

  writeAtExit(bytes: Buffer): void {
    try {
      writeSync(this.#descriptor, bytes)
    } catch {
      // The process exits: there is no retry.
    }
  }
}

/** The handle of a stream, which its declared type lacks. */
interface BlockingHandle {
  readonly setBlocking?: (isBlocking: boolean) => unknown
}

/** A pipe, a socket or a terminal. Node writes what fits and polls for the rest. */
export class StreamSink implements OutputSink {
  readonly holdsExit = false
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    // The callback of the write reports errors; without a listener they would end the process.
    stream.on('error', () => undefined)
    // Node makes terminals blocking: Ctrl-S would stop the whole process.
    if (stream.isTTY) (stream as { _handle?: BlockingHandle })._handle?.setBlocking?.(false)
  }

  write(bytes: Buffer, done: (outcome: WriteOutcome, writtenBytes: number) => void): void {
    this.#stream.write(bytes, (error) => {
      if (error) done('gone', 0)
      else done('written', bytes.length)
    })
  }

  writeAtExit(bytes: Buffer): void {
    this.#stream.write(bytes)
  }
}
