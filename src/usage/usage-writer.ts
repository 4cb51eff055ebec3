import { appendFile } from 'node:fs/promises'
import { RepeatedTask } from '../state/repeated-task.ts'
import type { State } from '../state/state.ts'
import { StateError } from '../state/state-error.ts'
import { commitChunk, commitEnd, readPositions } from './commit-chunk.ts'
import { type JournalChunk, readJournalChunk } from './journal-reader.ts'
import type { JournalSegment } from './journal-segment.ts'
import { Leftovers } from './leftovers.ts'
import type { UsageJournal } from './usage-journal.ts'

const COMMIT_INTERVAL_MS = 250
const LEFTOVER_INTERVAL_MS = 30_000

export interface UsageWriterOptions {
  readonly state: State
  readonly journal: UsageJournal
  /** Called with one line for the log when rows had to be left out, and what to do. */
  readonly onProblem: (text: string) => void
}

/**
 * Takes the rows of a journal over into the database, four times a second. What an earlier process left is read on from
 * its position in the same way, so a replay is nothing special.
 */
export class UsageWriter {
  readonly #options: UsageWriterOptions
  readonly #leftovers: Leftovers
  readonly #commits = new RepeatedTask(COMMIT_INTERVAL_MS, () => this.#commitOwn())
  readonly #adoption: RepeatedTask
  #committedRows = 0
  #rejectedRows = 0

  constructor(options: UsageWriterOptions) {
    this.#options = options
    this.#leftovers = new Leftovers(options.state, options.journal, (segment, path, start) =>
      this.#commitFrom(segment, path, start),
    )
    this.#adoption = new RepeatedTask(LEFTOVER_INTERVAL_MS, () => this.#leftovers.adopt())
  }

  /** Rows that this writer has taken over. */
  get committedRows(): number {
    return this.#committedRows
  }

  /** Lines that no database takes, now in files beside the journal. */
  get rejectedRows(): number {
    return this.#rejectedRows
  }

  /** Takes over what is left of earlier processes, if the database is up, and begins. */
  async start(): Promise<void> {
    await this.#adoption.runNow().catch(() => undefined)
    this.#adoption.start()
    this.#commits.start()
  }

  /** Takes over everything that the journal holds by now. Rejects when the database does not take it. */
  flush(): Promise<void> {
    return this.#commits.runNow()
  }

  /** Ends the journal's segment and takes everything over, so that the folder is empty; what fails stays for later. */
  async stop(): Promise<void> {
    this.#options.journal.end()
    await this.#adoption.stop()
    await this.#commits.stop()
    await this.flush().catch(() => undefined)
  }

  async #commitOwn(): Promise<void> {
    const { journal, state } = this.#options
    for (const segment of [...journal.segments]) {
      // Looked at before reading: a line that comes later is of no concern to this round.
      const { writtenBytes, isEnded } = segment
      let committed = journal.committedBytes(segment)
      if (committed < writtenBytes) {
        const position = await this.#commitFrom(segment.name, segment.path, committed)
        if (position === null) {
          this.#forget(segment)
          continue
        }
        committed = position
        journal.noteCommitted(segment, committed)
      }
      if (!isEnded || committed < writtenBytes) continue
      await commitEnd(state, segment.name)
      journal.remove(segment)
    }
  }

  /**
   * Takes a segment over from a position on, chunk by chunk, and returns the new position; null when another instance has
   * finished the segment.
   */
  async #commitFrom(segment: string, path: string, start: number): Promise<number | null> {
    let position = start
    for (;;) {
      const chunk = await readJournalChunk(path, position)
      if (chunk === null) return position
      if (await this.#commitLines(segment, path, chunk)) {
        position = chunk.end
        continue
      }
      // Somebody else has taken it further, or an older database stands in place of the one that had it so far.
      const found = (await readPositions(this.#options.state, [segment])).get(segment)
      if (found?.isEnded === true) return null
      position = found?.bytes ?? 0
    }
  }

  /** Another instance took this process for dead, after a day in which it slept, and finished its segment. */
  #forget(segment: JournalSegment): void {
    const { journal, onProblem } = this.#options
    const missing = segment.writtenBytes - journal.committedBytes(segment)
    journal.remove(segment)
    onProblem(
      `usage: ${segment.name} was finished by another instance; ${missing} bytes of it may not be recorded`,
    )
  }

  async #commitLines(segment: string, path: string, chunk: JournalChunk): Promise<boolean> {
    try {
      const isMine = await commitChunk(this.#options.state, segment, chunk)
      if (isMine) this.#committedRows += countLines(chunk.text)
      return isMine
    } catch (error) {
      if (!isRejection(error)) throw error
      return chunk.text.includes('\n')
        ? await this.#commitHalves(segment, path, chunk)
        : await this.#reject(segment, path, chunk, error)
    }
  }

  /** Finds the line that the database refuses: the others must not wait for it. */
  async #commitHalves(segment: string, path: string, { start, end, text }: JournalChunk): Promise<boolean> {
    const lines = text.split('\n')
    const middle = Math.ceil(lines.length / 2)
    const [first, second] = [lines.slice(0, middle).join('\n'), lines.slice(middle).join('\n')]
    const border = start + Buffer.byteLength(first) + 1
    return (
      (await this.#commitLines(segment, path, { start, end: border, text: first })) &&
      (await this.#commitLines(segment, path, { start: border, end, text: second }))
    )
  }

  async #reject(segment: string, path: string, chunk: JournalChunk, error: StateError): Promise<boolean> {
    const file = `${path}.rejected`
    await appendFile(file, `${chunk.text}\n`, { mode: 0o600 })
    const isMine = await commitChunk(this.#options.state, segment, { ...chunk, text: '' })
    if (!isMine) return false
    this.#rejectedRows += 1
    this.#options.onProblem(
      `usage: a line of the journal cannot be recorded (${error.message}); it was put into ${file}: please report it`,
    )
    return true
  }
}

function countLines(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

/** Whether an error is about what the rows hold, so that another try would end the same. */
function isRejection(error: unknown): error is StateError {
  return error instanceof StateError && (error.code === 'invalid-value' || error.code === 'duplicate')
}
