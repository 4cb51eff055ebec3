import type { ServiceTier } from '../completion/admission.ts'
import type { Caller } from '../completion/caller.ts'
import type { CompletionErrorCode } from '../completion/completion-error.ts'
import type { StopReason } from '../completion/completion-event.ts'

/** The API by which a completion was requested; `in-process` for a program that uses none. */
export type ServedApi =
  | 'text-completions'
  | 'messages'
  | 'openai-chat-completions'
  | 'openai-completions'
  | 'openai-responses'
  | 'in-process'

/** Whose completion it is, and which engine generates it. */
export interface CompletionIdentity {
  readonly requestId: string
  readonly caller: Caller
  readonly api: ServedApi
  /** The resolved id of the model. */
  readonly modelId: string
  /** The name of the engine. */
  readonly engine: string
  /** The id under which the engine knows its model. */
  readonly engineModel: string
  /** Whether its response is streamed. */
  readonly isStream: boolean
  readonly serviceTier: ServiceTier
}

/** How many of a prompt's tokens are charged as cached. */
export interface CachedTokens {
  readonly cacheReadTokens: number
  /** Written to the cache for five minutes. */
  readonly cacheWrite5mTokens: number
  /** Written to the cache for an hour. */
  readonly cacheWrite1hTokens: number
}

/** What a completion without prompt caching is charged as cached. */
export const NOTHING_CACHED: CachedTokens = {
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
}

/** What one request cost. There is one for each that reached an engine, also when it failed or was cancelled. */
export interface UsageRecord extends CompletionIdentity, CachedTokens {
  /** Null if an upstream did not report it. */
  readonly promptTokens: number | null
  /** Those that were found in the KV cache. */
  readonly reusedPromptTokens: number
  readonly completionTokens: number
  /** How it ended: a stop reason, or the code of the error. `cancelled` also if its reader stopped reading. */
  readonly outcome: StopReason | CompletionErrorCode
  /** From the request to the end of its wait for a sequence; null if it never got one. */
  readonly queueMs: number | null
  /** From the end of that wait to the first text; null if either never came. */
  readonly prefillMs: number | null
  /** From the request to its first text; null if there was none. */
  readonly timeToFirstTokenMs: number | null
  readonly totalMs: number
}
