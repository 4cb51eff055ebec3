import { closeSync, fdatasync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'

/** What a segment asks of the disk. */
export interface JournalDisk {
  /** Returns how many of the bytes it took. */
  write(file: number, bytes: Buffer, offset: number, length: number): number
  truncate(file: number, length: number): void
  /** Waits until the file's content is on the disk. */
  sync(file: number): Promise<void>
}

const DISK: JournalDisk = { write: writeSync, truncate: ftruncateSync, sync: promisify(fdatasync) }

/** What was appended is in the file, but the disk does not confirm that it has it. */
export class UnconfirmedError extends Error {
  override readonly name = 'UnconfirmedError'

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** One file of a journal, as its writer has it. Lines are appended, whole or not at all. */
export class JournalSegment {
  readonly name: string
  readonly path: string
  readonly #disk: JournalDisk
  readonly #file: number
  #writtenBytes = 0
  #isEnded = false
  #isClosed = false
  #syncing: Promise<void> | null = null
  #nextSync: Promise<void> | null = null

  constructor(name: string, path: string, disk = DISK) {
    this.name = name
    this.path = path
    this.#disk = disk
    this.#file = openSync(path, 'ax', 0o600)
  }

  /** The end of its last whole line. */
  get writtenBytes(): number {
    return this.#writtenBytes
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Appends lines. When it throws, nothing of them is in the file, or the segment has ended before them. */
  append(lines: Buffer): void {
    if (this.#isEnded) throw new Error(`the journal's segment ${this.name} has ended`)
    try {
      for (let written = 0; written < lines.length; )
        written += this.#disk.write(this.#file, lines, written, lines.length - written)
    } catch (error) {
      this.#takeBack()
      throw error
    }
    this.#writtenBytes += lines.length
  }

  /**
   * Waits until what was appended is on the disk. Rows that come while the disk is written share the next write. A segment
   * that the disk did not confirm has ended: a later success would not mean that the same bytes were written.
   */
  sync(): Promise<void> {
    if (this.#syncing === null) {
      this.#syncing = this.#disk
        .sync(this.#file)
        .catch((error: unknown) => {
          this.#isEnded = true
          throw new UnconfirmedError(error)
        })
        .finally(() => {
          this.#syncing = null
          this.#closeWhenIdle()
        })
      return this.#syncing
    }
    this.#nextSync ??= this.#syncing
      .catch(() => undefined)
      .then(() => {
        this.#nextSync = null
        return this.sync()
      })
    return this.#nextSync
  }

  end(): void {
    this.#isEnded = true
    this.#closeWhenIdle()
  }

  remove(): void {
    this.end()
    rmSync(this.path, { force: true })
  }

  /** The number of a file that is closed may become another file's, so a write to the disk keeps it. */
  #closeWhenIdle(): void {
    if (!this.#isEnded || this.#isClosed || this.#syncing !== null || this.#nextSync !== null) return
    this.#isClosed = true
    closeSync(this.#file)
  }

  /** A full disk may have taken half a line, and the next line must not follow it. */
  #takeBack(): void {
    try {
      this.#disk.truncate(this.#file, this.#writtenBytes)
    } catch {
      this.end()
    }
  }
}
