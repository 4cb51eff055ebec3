import { CompletionError, type CompletionErrorCode } from '../completion/completion-error.ts'
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
  #observeWrite: (seconds: number) => void = () => undefined

  constructor(options: UsageRecorderOptions) {
    this.#options = options
  }

  /** Rows that were not recorded, because the journal was full or the disk took no more. */
  get droppedRows(): number {
    return this.#droppedRows
  }

  /** Calls back with how long each row took to append. */
  observeWrites(observe: (seconds: number) => void): void {
    this.#observeWrite = observe
  }

  /** @throws CompletionError `overloaded` while usage cannot be recorded and requests are refused for it */
  checkRecording(): void {
    const { journal, whenFull } = this.#options
    const isUnconfirmed = performance.now() < this.#unconfirmedUntilMs
    if (whenFull === 'refuse' && (journal.isFull || this.#unwritten.length > 0 || isUnconfirmed)) {
      throw new CompletionError('overloaded', 'Overloaded: the usage of requests cannot be recorded now')
    }
  }

  /** Records a completion. Returns a promise only where the journal waits for the disk. */
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
  close(): void {
    this.#writeUnwritten()
    if (this.#retryTimer !== null) clearInterval(this.#retryTimer)
    this.#retryTimer = null
    for (const _row of this.#unwritten.splice(0)) this.#drop('the disk took no more until the server ended')
  }

  /** A row that is kept has been served, so it is written however full the journal is: those in flight are few. */
  #append(row: UncostedRow, keeps: boolean): void | Promise<void> {
    const { journal, prices } = this.#options
    if (!keeps && (journal.isFull || this.#unwritten.length > 0))
      return this.#drop('the journal is full, because the database or the disk has not taken it')
    try {
      const priced = { ...row, ...prices.costOf(row) }
      if (this.#unwritten.length > 0) return this.#keep(priced, 'the disk takes no more')
      return this.#write(priced, keeps)
    } catch (error) {
      this.#drop(describe(error))
    }
  }

  #write(row: UsageRow, keeps: boolean): void | Promise<void> {
    try {
      const startedMs = performance.now()
      const synced = this.#options.journal.append(row)
      this.#observeWrite((performance.now() - startedMs) / 1_000)
      return synced?.catch((error: unknown) => this.#noteUnconfirmed(describe(error)))
    } catch (error) {
      if (keeps) this.#keep(row, describe(error))
      else this.#drop(describe(error))
    }
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
    this.#retryTimer ??= setInterval(() => this.#writeUnwritten(), RETRY_INTERVAL_MS).unref()
  }

  #writeUnwritten(): void {
    let written = 0
    try {
      for (const row of this.#unwritten) {
        this.#options.journal.append(row)?.catch((error: unknown) => this.#drop(describe(error)))
        written += 1
      }
    } catch (error) {
      this.#report(`requests are refused until their usage can be recorded (${describe(error)})`)
    }
    this.#unwritten.splice(0, written)
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
