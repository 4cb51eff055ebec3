import { fstatSync, write, writeSync } from 'node:fs'

/** What became of bytes: `failed` may go better later, `gone` means that nothing is taken any more. */
export type WriteOutcome = 'written' | 'failed' | 'gone'

/** Where output goes. Starting to write never blocks and never throws. */
export interface OutputSink {
  /** One write at a time; `done` is called once, with how many of the first bytes were taken. */
  write(bytes: Buffer, done: (outcome: WriteOutcome, writtenBytes: number) => void): void
  /** For the end of the process: tries once to write, as far as that can be done at once. */
  writeAtExit(bytes: Buffer): void
  /** Whether a write under way keeps the process from exiting until the system has done it. */
  readonly holdsExit: boolean
}

/** The sink of a standard descriptor, by what is open there. */
export function standardSink(descriptor: 1 | 2): OutputSink {
  return isStream(descriptor)
    ? new StreamSink(descriptor === 1 ? process.stdout : process.stderr)
    : new FileSink(descriptor)
}

/** Pipes, sockets and terminals can say that they are full; of all else a write waits in the system. */
function isStream(descriptor: 1 | 2): boolean {
  const stat = fstatSync(descriptor)
  const { isTTY } = descriptor === 1 ? process.stdout : process.stderr
  return isTTY || stat.isFIFO() || stat.isSocket()
}

/** Errors after which a descriptor takes nothing more. */
const FINAL_ERRORS: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EBADF'])

/** A file: a thread waits for the disk, and a full disk may have room again. */
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
      // There is no later time to try again.
    }
  }
}

/** A stream's handle; its declared type does not have it. */
interface BlockingHandle {
  readonly setBlocking?: (isBlocking: boolean) => unknown
}

/** A pipe, a socket or a terminal: Node writes what there is room for and waits for the rest. */
export class StreamSink implements OutputSink {
  readonly holdsExit = false
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    // The callback of the write tells; without a listener the error would end the process.
    stream.on('error', () => undefined)
    // Node makes terminals block: one that is stopped by Ctrl-S would stop the whole process.
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
