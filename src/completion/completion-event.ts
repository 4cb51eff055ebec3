/**
 * Why a completion ended. `end-of-generation` is the model ending its turn; the Text Completions wire format
 * shows it as the built-in stop sequence.
 */
export type StopReason = 'stop-sequence' | 'max-tokens' | 'end-of-generation'

/** The prompt was read, fits the context window, and the request was accepted: from here on it runs or waits. */
export interface CompletionStart {
  readonly type: 'completion-start'
  /** Null where the engine learns it later: {@link PromptUsage} tells. */
  readonly promptTokens: number | null
}

/** The request left the waiting line; prefill begins. Upstream engines that do not know when leave it out. */
export interface PrefillStart {
  readonly type: 'prefill-start'
  /** How many of the prompt's tokens were found in the KV cache and need no evaluation. */
  readonly reusedPromptTokens: number
}

/** What an engine across HTTP learned of the prompt only while it generated, or at the end. */
export interface PromptUsage {
  readonly type: 'prompt-usage'
  readonly promptTokens: number
  readonly reusedPromptTokens: number
}

/** More text of the completion: whole characters, never half a surrogate pair. */
export interface TextDelta {
  readonly type: 'text-delta'
  readonly text: string
  /** How many tokens were decoded since the last delta. Tokens that came without a text make a delta without one. */
  readonly completionTokens: number
}

/** The last event. */
export interface CompletionEnd {
  readonly type: 'completion-end'
  readonly stopReason: StopReason
  /** The stop sequence that was met, else null. */
  readonly stopSequence: string | null
}

/**
 * What an engine yields, in this order: one start, at most one prefill start, deltas, one end. An engine that did not
 * know the prompt's tokens at the start tells them anywhere before the end.
 */
export type CompletionEvent = CompletionStart | PrefillStart | PromptUsage | TextDelta | CompletionEnd
