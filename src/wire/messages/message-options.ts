import type { AppliedEdit } from '../../conversation/context-edit.ts'
import type { InputUsage } from '../../conversation/input-usage.ts'

/** What the whole and the streamed form of one answer share. */
export interface MessageOptions {
  /** `msg_…` */
  readonly id: string
  /** The resolved model id. */
  readonly modelId: string
  /** Whether the caller knows the stop reason of a full context window; see `messageStopReason`. */
  readonly knowsFullWindow: boolean
  /** What was done to the conversation first; null if the caller said nothing of it. */
  readonly appliedEdits: readonly AppliedEdit[] | null
  /** Where a prompt's tokens went. Asked for once, as soon as they are known. */
  readonly inputUsageOf: (promptTokens: number) => InputUsage
  /** The signature of a thought that its engine does not sign. */
  readonly sign: (thinking: string) => string
}
