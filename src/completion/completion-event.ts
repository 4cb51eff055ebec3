import type { Citation } from './citation.ts'
import type { ScoredToken } from './scored-token.ts'

/**
 * Why a completion ended.
 *
 * - `end-of-generation`: the model ended its turn; Text Completions reports it as the built-in stop sequence
 * - `stop-sequence`: the text reached one of the request's stop sequences
 * - `max-tokens`: the completion has the most tokens that the request allows
 * - `context-window`: the context window was full before that
 * - `tool-call`: the model ended its turn with at least one tool call
 * - `refusal`: the upstream's model refused to continue
 */
export type StopReason =
  | 'stop-sequence'
  | 'max-tokens'
  | 'context-window'
  | 'end-of-generation'
  | 'tool-call'
  | 'refusal'

/** The request was accepted: its prompt fits the context window. It now runs or waits in the queue. */
export interface CompletionStart {
  readonly type: 'completion-start'
  /** Null where the engine reports it later, in {@link PromptUsage}. */
  readonly promptTokens: number | null
}

/** The request left the queue and prefill starts. Upstream engines that cannot know this leave it out. */
export interface PrefillStart {
  readonly type: 'prefill-start'
  /** Tokens of the prompt that were found in the KV cache. */
  readonly reusedPromptTokens: number
  /** How long ago prefill started, where the engine reports it late. */
  readonly agoMs?: number
}

/** Prompt tokens as an upstream reports them, during generation or at its end. */
export interface PromptUsage {
  readonly type: 'prompt-usage'
  readonly promptTokens: number
  readonly reusedPromptTokens: number
  /** What it charged as read from its cache; only of engines that report it. */
  readonly cacheReadTokens?: number
  /** What it newly cached, for five minutes and for an hour; only of engines that report it. */
  readonly cacheWrite5mTokens?: number
  readonly cacheWrite1hTokens?: number
}

/** Tokens of the prompt, scored, in order; all of them come before the first text. Only where a request asks for them. */
export interface PromptTokens {
  readonly type: 'prompt-tokens'
  readonly tokens: readonly ScoredToken[]
}

/** Tokens of the text that follows, scored. Only where a request asks for them. */
export interface CompletionTokens {
  readonly type: 'completion-tokens'
  readonly tokens: readonly ScoredToken[]
}

/** More text: whole characters, never half a surrogate pair. */
export interface TextDelta {
  readonly type: 'text-delta'
  readonly text: string
  /** Tokens decoded since the last delta. Tokens without text are reported with an empty delta. */
  readonly completionTokens: number
}

/** More thinking: before the first text and the first tool call, or between them. */
export interface ThinkingDelta {
  readonly type: 'thinking-delta'
  readonly text: string
  /** As in {@link TextDelta}. */
  readonly completionTokens: number
}

/** Ends a thinking part that its engine signs. Redacted thinking is a signature alone. */
export interface ThinkingSignature {
  readonly type: 'thinking-signature'
  readonly signature: string
}

/** What the text before it is based on, since the last {@link TextBlockEnd}. */
export interface CitationEvent {
  readonly type: 'citation'
  readonly citation: Citation
}

/** Ends a block of text, where blocks matter: what follows has citations of its own. */
export interface TextBlockEnd {
  readonly type: 'text-block-end'
}

/** Starts a tool call. Its input follows, up to a delta of another kind. */
export interface ToolCallStart {
  readonly type: 'tool-call-start'
  /** The engine's id of the call; null lets the wire format create one. */
  readonly id: string | null
  readonly name: string
  /** As in {@link TextDelta}. */
  readonly completionTokens: number
}

/**
 * More input for the last tool call. Joined, the deltas are the text of one JSON object, or empty without input; the
 * object is incomplete only where the completion was cut off in it.
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
  /** Null unless the completion ended at a stop sequence. */
  readonly stopSequence: string | null
}

/** The events that add to a completion, with the tokens decoded for them. */
export type CompletionDelta = ThinkingDelta | TextDelta | ToolCallStart | ToolInputDelta

/** In a response with several completions: the events that follow belong to the one with this index. */
export interface ChoiceStart {
  readonly type: 'choice-start'
  readonly index: number
}

/** The end of one of several completions; the last event of all is {@link CompletionEnd}. */
export interface ChoiceEnd extends Omit<CompletionEnd, 'type'> {
  readonly type: 'choice-end'
}

/**
 * The events that an engine yields, in this order: one start, at most one prefill start, deltas, one end. Thinking, text and
 * tool calls follow one after another, never one within another. {@link PromptUsage} may come anywhere before the end.
 */
export type CompletionEvent =
  | CompletionStart
  | PrefillStart
  | PromptUsage
  | PromptTokens
  | CompletionTokens
  | ThinkingSignature
  | CitationEvent
  | TextBlockEnd
  | CompletionDelta
  | ChoiceStart
  | ChoiceEnd
  | CompletionEnd

export function isDelta(event: CompletionEvent): event is CompletionDelta {
  return 'completionTokens' in event
}

/** What a scored token, and each of the likeliest in its place, takes of a response, in code units. */
const UNITS_PER_SCORED_TOKEN = 32

/** The UTF-16 code units that an event adds to the completion. */
export function textUnitsOf(event: CompletionEvent): number {
  if ('tokens' in event) {
    return event.tokens.reduce((units, { top }) => units + UNITS_PER_SCORED_TOKEN * (1 + top.length), 0)
  }
  if (event.type === 'text-delta' || event.type === 'thinking-delta') return event.text.length
  return event.type === 'tool-input-delta' ? event.json.length : 0
}
