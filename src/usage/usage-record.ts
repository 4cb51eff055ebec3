import type { CompletionErrorCode } from '../completion/completion-error.ts'
import type { StopReason } from '../completion/completion-event.ts'

/** What one request cost: one for each that reached an engine, also when it failed or was cancelled. */
export interface UsageRecord {
  readonly modelId: string
  /** Null if an engine across HTTP never told. */
  readonly promptTokens: number | null
  readonly reusedPromptTokens: number
  readonly completionTokens: number
  /** How it ended: a stop reason, or the code of the error. `cancelled` also when the reader went away. */
  readonly outcome: StopReason | CompletionErrorCode
  /** From the request to the end of its wait for a sequence; null if it never got one. */
  readonly queueMs: number | null
  /** From the end of that wait to the first text; null if either never came. */
  readonly prefillMs: number | null
  /** From the request to its first text; null if there was none. */
  readonly timeToFirstTokenMs: number | null
  readonly totalMs: number
}
