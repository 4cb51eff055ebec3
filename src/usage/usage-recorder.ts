import { CompletionError, type CompletionErrorCode } from '../completion/completion-error.ts'
import type { PriceTable } from './price-table.ts'
import type { UsageSettings } from './settings.ts'
import type { UsageJournal } from './usage-journal.ts'
import type { UsageRecord } from './usage-record.ts'
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

/** Records what requests use in the journal. Nothing that goes wrong there fails a request that has been served. */
export class UsageRecorder {
  readonly #options: UsageRecorderOptions
  #droppedRows = 0
  #problemAtMs = Number.NEGATIVE_INFINITY
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
    if (whenFull === 'refuse' && journal.isFull) {
      throw new CompletionError('overloaded', 'Overloaded: the usage of requests cannot be recorded now')
    }
  }

  /** Records a completion. Returns a promise only where the journal waits for the disk. */
  record(record: UsageRecord): void | Promise<void> {
    return this.#append(usageRowOf(record, this.#options.nowMs(), this.#options.statusOf))
  }

  /** Records a request that was refused to a known key; a stranger's would let anybody fill the disk. */
  recordRefusal(refused: RefusedRequest): void {
    if (refused.caller.apiKeyId !== null) void this.#append(refusedRowOf(refused, this.#options.nowMs()))
  }

  #append(row: UncostedRow): void | Promise<void> {
    const { journal, prices } = this.#options
    try {
      if (journal.isFull) return this.#drop('the journal is full, because the database has not taken it')
      const priced = { ...row, ...prices.costOf(row) }
      const startedMs = performance.now()
      const synced = journal.append(priced)
      this.#observeWrite((performance.now() - startedMs) / 1_000)
      return synced?.catch((error: unknown) => this.#drop(describe(error)))
    } catch (error) {
      this.#drop(describe(error))
    }
  }

  #drop(reason: string): void {
    this.#droppedRows += 1
    const nowMs = performance.now()
    if (nowMs - this.#problemAtMs < PROBLEM_INTERVAL_MS) return
    this.#problemAtMs = nowMs
    this.#options.onProblem(
      `usage: requests are not recorded (${reason}): make room on the disk, or bring the database back`,
    )
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
