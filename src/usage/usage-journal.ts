import { join } from 'node:path'
import { makeFolder } from '../util/make-folder.ts'
import { journalLine } from './journal-line.ts'
import { type JournalDisk, JournalSegment } from './journal-segment.ts'
import type { UsageRow } from './usage-row.ts'

export const SEGMENT_BYTES = 8 * 1024 * 1024
/** About three million requests that the database has not taken yet. */
export const MAX_JOURNAL_BYTES = 1024 * 1024 * 1024
/** The version is that of the lines' format: a release leaves segments alone that it cannot read. */
const SEGMENT_SUFFIX = '.v1.journal'
const SEGMENT_NAME = /^(.+)-\d{6,}\.v1\.journal$/

export interface JournalOptions {
  readonly folder: string
  /** A segment's name begins with it. */
  readonly instanceId: string
  /** Whether a row waits for the disk, so that a power cut takes none. */
  readonly isSynced?: boolean
  readonly segmentBytes?: number
  readonly maxBytes?: number
  /** By default that of the machine. */
  readonly disk?: JournalDisk
}

/** Rows on their way to the file. */
interface Writing {
  readonly written: Promise<void>
  readonly resolve: (synced?: Promise<void>) => void
  readonly reject: (error: unknown) => void
}

/**
 * What requests used, written to a file before their response ends, so that no acknowledged request is missing after a
 * crash. Its rows go to the database soon after (`UsageWriter`). Nothing is kept in memory, so nothing grows there while
 * the database is down; the folder has a bound.
 */
export class UsageJournal {
  readonly folder: string
  readonly #options: JournalOptions
  /** Those that are not wholly in the database, the oldest first; the last one may be open. */
  readonly #segments: JournalSegment[] = []
  readonly #committedBytes = new Map<JournalSegment, number>()
  /** What other segments in the folder still hold, of instances that have ended. */
  #leftoverBytes = 0
  #nextNumber = 1
  /** Lines of rows that came in this turn of the event loop, and the promise that they are written. */
  #lines: string[] = []
  #writing: Writing | null = null
  #observeWrite: (seconds: number) => void = () => undefined

  constructor(options: JournalOptions) {
    this.folder = options.folder
    this.#options = options
    makeFolder(options.folder)
  }

  /**
   * Appends a row, in one write with all rows that come in the same turn of the event loop. When the promise resolves it is
   * safe from a crash of the process, in a synced journal from a power cut too. When it rejects, none of these rows is in
   * the file, unless the reason is an {@link UnconfirmedError}.
   */
  append(row: UsageRow): Promise<void> {
    this.#lines.push(journalLine(row))
    this.#writing ??= this.#writeSoon()
    return this.#writing.written
  }

  /** Calls back with how long each write took. */
  observeWrites(observe: (seconds: number) => void): void {
    this.#observeWrite = observe
  }

  /** Bytes that are not in the database yet. */
  get pendingBytes(): number {
    const own = this.#segments.reduce(
      (sum, segment) => sum + segment.writtenBytes - this.committedBytes(segment),
      0,
    )
    return own + this.#leftoverBytes
  }

  /** Whether requests should be refused until the database has caught up. */
  get isFull(): boolean {
    return this.pendingBytes >= (this.#options.maxBytes ?? MAX_JOURNAL_BYTES)
  }

  /** The segments that the writer has work with, the oldest first. */
  get segments(): readonly JournalSegment[] {
    return this.#segments
  }

  committedBytes(segment: JournalSegment): number {
    return this.#committedBytes.get(segment) ?? 0
  }

  noteCommitted(segment: JournalSegment, bytes: number): void {
    this.#committedBytes.set(segment, bytes)
  }

  noteLeftovers(bytes: number): void {
    this.#leftoverBytes = bytes
  }

  /** Removes a segment that has ended and is wholly in the database. */
  remove(segment: JournalSegment): void {
    segment.remove()
    this.#segments.splice(this.#segments.indexOf(segment), 1)
    this.#committedBytes.delete(segment)
  }

  /** Ends the open segment, so that the writer can finish it. A row that comes later begins another one. */
  end(): void {
    this.#writeLines()
    this.#segments.at(-1)?.end()
  }

  #writeSoon(): Writing {
    let [resolve, reject]: [Writing['resolve'], Writing['reject']] = [() => undefined, () => undefined]
    const written = new Promise<void>((onWritten, onFailed) => {
      resolve = onWritten
      reject = onFailed
    })
    setImmediate(() => this.#writeLines())
    return { written, resolve, reject }
  }

  #writeLines(): void {
    const writing = this.#writing
    if (writing === null) return
    const bytes = Buffer.from(this.#lines.join(''))
    this.#lines = []
    this.#writing = null
    try {
      const startedMs = performance.now()
      const segment = this.#segmentFor(bytes)
      segment.append(bytes)
      this.#observeWrite((performance.now() - startedMs) / 1_000)
      writing.resolve(...(this.#options.isSynced === true ? [segment.sync()] : []))
    } catch (error) {
      writing.reject(error)
    }
  }

  #segmentFor(bytes: Buffer): JournalSegment {
    const { segmentBytes = SEGMENT_BYTES } = this.#options
    const last = this.#segments.at(-1)
    if (last !== undefined && last.writtenBytes + bytes.length > segmentBytes) last.end()
    return last === undefined || last.isEnded ? this.#addSegment() : last
  }

  #addSegment(): JournalSegment {
    const name = `${this.#options.instanceId}-${String(this.#nextNumber++).padStart(6, '0')}${SEGMENT_SUFFIX}`
    const segment = new JournalSegment(name, join(this.folder, name), this.#options.disk)
    this.#segments.push(segment)
    return segment
  }
}

/** The instance that wrote a segment; undefined for a file that is none, or has another format. */
export function segmentOwner(name: string): string | undefined {
  return SEGMENT_NAME.exec(name)?.[1]
}
