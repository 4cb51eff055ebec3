import type { ServiceTier } from '../../completion/admission.ts'
import type { AppliedEdit } from '../../conversation/context-edit.ts'
import type { InputUsage } from '../../conversation/input-usage.ts'
import type { NewestFields } from './newest-fields.ts'

/** What a response is written with, streamed or not. */
export interface MessageOptions {
  /** `msg_…` */
  readonly id: string
  /** The resolved model id. */
  readonly modelId: string
  /** Whether the client knows the stop reason of a full context window; see `messageStopReason`. */
  readonly knowsFullWindow: boolean
  readonly serviceTier: ServiceTier
  /** The edits that changed the conversation; null if the request asked for none. */
  readonly appliedEdits: readonly AppliedEdit[] | null
  /** The usage for a prompt of this length. Called as soon as the length is known, and again where it is corrected. */
  readonly inputUsageOf: (promptTokens: number) => InputUsage
  /** Signs thinking that its engine does not sign. */
  readonly sign: (thinking: string) => string
  /** Whether the text of thinking is left out. */
  readonly omitsThinking?: boolean
  /** Null, or left out, for clients of older versions. */
  readonly newest?: NewestFields | null
  /** What the message says of the skills that it uses; null, or left out, where it uses none. */
  readonly container?: object | null
  /** The file of each document of the request; null for one of another source. */
  readonly documentFileIds?: readonly (string | null)[]
  /** The toolset that a tool belongs to, if any. */
  readonly toolsetOf?: (toolName: string) => string | undefined
}
