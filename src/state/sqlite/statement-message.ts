import type { StateErrorCode } from '../state-error.ts'

/** What the thread of an SQLite database is started with. */
export interface ThreadSettings {
  /** A path, or `:memory:`. */
  readonly file: string
  readonly isReadOnly: boolean
  /** How long a statement waits for the lock of another process. */
  readonly busyTimeoutMs: number
}

/** One statement on its way to the thread. */
export interface StatementMessage {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** Runs the statement once for each row of this JSON, a list of lists of parameters, in place of `parameters`. */
  readonly rows?: string
  /** Whether to say how many rows it changed. */
  readonly isWrite: boolean
  /** Whether its commit must survive a power cut; null inside a transaction, which decided it at its start. */
  readonly isDurable: boolean | null
}

export interface StatementResult {
  readonly rows: unknown[]
  readonly changes: number | null
}

/** What comes back: `open` once at the start, then one for each statement, in their order. */
export type ThreadMessage =
  | { readonly kind: 'open' }
  | { readonly kind: 'result'; readonly id: number; readonly result: StatementResult }
  | {
      readonly kind: 'error'
      /** Null when the database could not be opened. */
      readonly id: number | null
      readonly code: StateErrorCode
      readonly text: string
      /** SQLite itself has rolled the transaction back, as it does when the disk is full. */
      readonly endsTransaction: boolean
    }
