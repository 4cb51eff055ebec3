/**
 * Why a completion ended.
 *
 * - `end-of-generation`: the model ended its turn; the Text Completions wire format shows it as the built-in stop
 *   sequence
 * - `stop-sequence`: one of the caller's was met
 * - `max-tokens`: there are as many tokens as the caller wanted at most
 * - `context-window`: the context window was full before that
 * - `tool-call`: the model ended its turn with at least one call of a tool
 * - `refusal`: the model on the other side of HTTP would not go on
 */
export type StopReason =
  | 'stop-sequence'
  | 'max-tokens'
  | 'context-window'
  | 'end-of-generation'
  | 'tool-call'
  | 'refusal'

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
  /** How long ago that was, in milliseconds, where an engine tells it late. */
  readonly agoMs?: number
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

/** More of a thought. Only before the first text and the first call. */
export interface ThinkingDelta {
  readonly type: 'thinking-delta'
  readonly text: string
  /** As in {@link TextDelta}. */
  readonly completionTokens: number
}

/**
 * The end of a thought whose engine signs it; what is thought after it is another. A thought that its engine keeps to
 * itself is a signature alone.
 */
export interface ThinkingSignature {
  readonly type: 'thinking-signature'
  readonly signature: string
}

/** The model begins to call a tool. Its input follows, up to a delta of another kind. */
export interface ToolCallStart {
  readonly type: 'tool-call-start'
  /** The engine's own id of the call; null lets the wire give it one. */
  readonly id: string | null
  readonly name: string
  /** As in {@link TextDelta}. */
  readonly completionTokens: number
}

/**
 * More of the input of the call that was begun last. Together they are the text of one JSON object, or nothing for none;
 * less than that only where the completion is cut short in the middle of it.
 */
export interface ToolInputDelta {
  readonly type: 'tool-input-delta'
  readonly json: string
  /** As in {@link TextDelta}. */
  readonly completionTokens: number
}

/** The last event. */
export interface CompletionEnd {
  readonly type: 'completion-end'
  readonly stopReason: StopReason
  /** The stop sequence that was met, else null. */
  readonly stopSequence: string | null
}

/** Whatever adds to a completion; each says how many tokens were decoded for it. */
export type CompletionDelta = ThinkingDelta | TextDelta | ToolCallStart | ToolInputDelta

/**
 * What an engine yields, in this order: one start, at most one prefill start, deltas, one end. Thoughts come first;
 * texts and calls follow one after the other, never mixed. An engine that did not know the prompt's tokens at the
 * start tells them anywhere before the end.
 */
export type CompletionEvent =
  | CompletionStart
  | PrefillStart
  | PromptUsage
  | ThinkingSignature
  | CompletionDelta
  | CompletionEnd

/** Whether an event adds to the completion. */
export function isDelta(event: CompletionEvent): event is CompletionDelta {
  return 'completionTokens' in event
}

/** How many UTF-16 code units an event adds to the completion. */
export function textUnitsOf(event: CompletionEvent): number {
  if (event.type === 'text-delta' || event.type === 'thinking-delta') return event.text.length
  return event.type === 'tool-input-delta' ? event.json.length : 0
}
