import { CompletionError, type CompletionErrorCode } from '../completion/completion-error.ts'
import { UnconfirmedError } from './journal-segment.ts'
import type { PriceTable } from './price-table.ts'
import type { UsageSettings } from './settings.ts'
import type { UsageJournal } from './usage-journal.ts'
import type { UsageRecord } from './usage-record.ts'
import type { UsageRow } from './usage-row.ts'
import { type RefusedRequest, refusedRowOf, type UncostedRow, usageRowOf } from './usage-row-of.ts'

export interface UsageRecorderOptions {
  readonly journal: Pick<UsageJournal, 'append' | 'isFull'>
  readonly prices: Pick<PriceTable, 'costOf'>
  readonly whenFull: UsageSettings['whenFull']
  /** The database's clock, in milliseconds. */
  readonly nowMs: () => number
  /** The HTTP status of an error. */
  readonly statusOf: (code: CompletionErrorCode) => number
  /** Called with one line for the log when rows are being lost, and what to do. */
  readonly onProblem: (text: string) => void
}

/** A full disk would otherwise fill the log. */
const PROBLEM_INTERVAL_MS = 60_000
const RETRY_INTERVAL_MS = 1_000
/** Rows of requests that were in flight when the disk took no more. */
export const MAX_UNWRITTEN_ROWS = 10_000

/** Records what requests use in the journal. Nothing that goes wrong there fails a request that has been served. */
export class UsageRecorder {
  readonly #options: UsageRecorderOptions
  /** The oldest first. While there are any, requests are refused. */
  readonly #unwritten: UsageRow[] = []
  #retryTimer: NodeJS.Timeout | null = null
  #droppedRows = 0
  #problemAtMs = Number.NEGATIVE_INFINITY
  /** Until then the disk is not asked again. */
  #unconfirmedUntilMs = Number.NEGATIVE_INFINITY
  #retrying: Promise<void> | null = null

  constructor(options: UsageRecorderOptions) {
    this.#options = options
  }

  /** Rows that were not recorded, because the journal was full or the disk took no more. */
  get droppedRows(): number {
    return this.#droppedRows
  }

  /** @throws CompletionError `overloaded` while usage cannot be recorded and requests are refused for it */
  checkRecording(): void {
    const { journal, whenFull } = this.#options
    const isUnconfirmed = performance.now() < this.#unconfirmedUntilMs
    if (whenFull === 'refuse' && (journal.isFull || this.#unwritten.length > 0 || isUnconfirmed)) {
      throw new CompletionError('overloaded', 'Overloaded: the usage of requests cannot be recorded now')
    }
  }

  /** Records a completion. The promise never rejects. */
  record(record: UsageRecord): void | Promise<void> {
    const keeps = this.#options.whenFull === 'refuse'
    return this.#append(usageRowOf(record, this.#options.nowMs(), this.#options.statusOf), keeps)
  }

  /** Records a request that was refused to a known key; a stranger's would let anybody fill the disk. */
  recordRefusal(refused: RefusedRequest): void {
    if (refused.caller.apiKeyId !== null)
      void this.#append(refusedRowOf(refused, this.#options.nowMs()), false)
  }

  /** Tries once more to write the rows that the disk did not take. */
  async close(): Promise<void> {
    await this.#retrying
    await this.#writeUnwritten()
    if (this.#retryTimer !== null) clearInterval(this.#retryTimer)
    this.#retryTimer = null
    for (const _row of this.#unwritten.splice(0)) this.#drop('the disk took no more until the server ended')
  }

  /** A row that is kept has been served, so it is written however full the journal is: those in flight are few. */
  #append(row: UncostedRow, keeps: boolean): void | Promise<void> {
    const { journal, prices } = this.#options
    if (!keeps && (journal.isFull || this.#unwritten.length > 0))
      return this.#drop('the journal is full, because the database or the disk has not taken it')
    const priced = { ...row, ...prices.costOf(row) }
    if (this.#unwritten.length > 0) return this.#keep(priced, 'the disk takes no more')
    return journal.append(priced).catch((error: unknown) => {
      if (error instanceof UnconfirmedError) this.#noteUnconfirmed(error.message)
      else if (keeps) this.#keep(priced, describe(error))
      else this.#drop(describe(error))
    })
  }

  /** The row is in the file, from which it goes to the database: only a power cut would take it. */
  #noteUnconfirmed(reason: string): void {
    this.#unconfirmedUntilMs = performance.now() + RETRY_INTERVAL_MS
    this.#report(`the disk does not confirm what is recorded, and a power cut would take it (${reason})`)
  }

  #keep(row: UsageRow, reason: string): void {
    if (this.#unwritten.length >= MAX_UNWRITTEN_ROWS) {
      this.#drop(reason)
      return
    }
    this.#unwritten.push(row)
    this.#report(`requests are refused until their usage can be recorded (${reason})`)
    this.#retryTimer ??= setInterval(() => this.#retry(), RETRY_INTERVAL_MS).unref()
  }

  #retry(): void {
    this.#retrying ??= this.#writeUnwritten().finally(() => {
      this.#retrying = null
    })
  }

  /** They come in one turn of the event loop, so either all of them are written or none. */
  async #writeUnwritten(): Promise<void> {
    const rows = [...this.#unwritten]
    try {
      await Promise.all(rows.map((row) => this.#options.journal.append(row)))
    } catch (error) {
      if (error instanceof UnconfirmedError) this.#noteUnconfirmed(error.message)
      else return this.#report(`requests are refused until their usage can be recorded (${describe(error)})`)
    }
    this.#unwritten.splice(0, rows.length)
    if (this.#unwritten.length > 0 || this.#retryTimer === null) return
    clearInterval(this.#retryTimer)
    this.#retryTimer = null
  }

  #drop(reason: string): void {
    this.#droppedRows += 1
    this.#report(`requests are not recorded (${reason})`)
  }

  #report(what: string): void {
    const nowMs = performance.now()
    if (nowMs - this.#problemAtMs < PROBLEM_INTERVAL_MS) return
    this.#problemAtMs = nowMs
    this.#options.onProblem(`usage: ${what}: make room on the disk, or bring the database back`)
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
