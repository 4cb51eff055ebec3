import type { StopReason } from '../../../completion/completion-event.ts'
import type { UpstreamFailureKind } from '../transport/upstream-failure.ts'

/** What a finish reason means: how the completion ended, or how it failed. */
export type ReportedEnd = { readonly stopReason: StopReason } | { readonly failure: UpstreamFailureKind }

/** The finish reasons of servers in use, in lower case, with underscores. */
const REPORTED_ENDS: ReadonlyMap<string, ReportedEnd> = new Map([
  ...named({ stopReason: 'end-of-generation' }, ['stop', 'eos', 'eos_token', 'end_turn', 'end']),
  ...named({ stopReason: 'end-of-generation' }, ['complete', 'completed', 'stop_sequence']),
  // Only server tools pause, which no request here asks for: the text so far is all there is.
  ...named({ stopReason: 'end-of-generation' }, ['pause_turn']),
  ...named({ stopReason: 'max-tokens' }, ['length', 'max_tokens', 'max_output_tokens', 'max_length']),
  // Mistral means either limit.
  ...named({ stopReason: 'max-tokens' }, ['model_length', 'token_limit', 'max_new_tokens', 'limit']),
  ...named({ stopReason: 'context-window' }, ['model_context_window_exceeded', 'context_length_exceeded']),
  // Cohere
  ...named({ stopReason: 'context-window' }, ['error_limit']),
  ...named({ stopReason: 'tool-call' }, ['tool_calls', 'tool_call', 'tool_use', 'function_call']),
  ...named({ stopReason: 'refusal' }, ['content_filter', 'content_filtered', 'refusal', 'safety']),
  // Gemini
  ...named({ stopReason: 'refusal' }, ['recitation', 'blocklist', 'prohibited_content', 'spii']),
  ...named({ stopReason: 'refusal' }, ['image_safety', 'language', 'model_armor']),
  // GLM, Bedrock, Cohere
  ...named({ stopReason: 'refusal' }, ['sensitive', 'guardrail_intervened', 'error_toxic']),
  ...named({ failure: 'malformed-tool-call' }, ['malformed_function_call', 'malformed_tool_call']),
  ...named({ failure: 'malformed-tool-call' }, ['unexpected_tool_call', 'tool_call_error']),
  ...named({ failure: 'malformed-tool-call' }, ['too_many_tool_calls']),
  // DeepSeek
  ...named({ failure: 'overloaded' }, ['insufficient_system_resource']),
  ...named({ failure: 'server-error' }, ['abort', 'aborted', 'error', 'failed', 'network_error']),
  ...named({ failure: 'server-error' }, ['cancelled', 'canceled', 'timeout', 'server_error']),
])

/** What the words of other reasons mean; the first match counts. A response that was cut must not seem whole. */
const MEANINGS: readonly (readonly [RegExp, ReportedEnd])[] = [
  [/rate_?limit|overload|capacity|insufficient/, { failure: 'overloaded' }],
  [/error|fail|abort|cancel|time_?out|timed_?out/, { failure: 'server-error' }],
  [/filter|safety|block|prohibit|policy|moderat|guardrail|refus/, { stopReason: 'refusal' }],
  [/context/, { stopReason: 'context-window' }],
  [/max|length|limit|truncat|exceed/, { stopReason: 'max-tokens' }],
]
/** No longer reason is examined. */
const MAX_REASON_CHARACTERS = 100

/** Reads a finish reason, however it is written: `length`, `MAX_TOKENS`, `maxTokens`; undefined for an unknown one. */
export function readStopReason(reason: string): ReportedEnd | undefined {
  const known = REPORTED_ENDS.get(reason)
  if (known !== undefined || reason.length > MAX_REASON_CHARACTERS) return known
  const name = reason.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/[-\s]/g, '_')
  const plain = name.toLowerCase().replace(/^finish_reason_/, '')
  return REPORTED_ENDS.get(plain) ?? MEANINGS.find(([words]) => words.test(plain))?.[1]
}

function named(reason: ReportedEnd, names: readonly string[]): [string, ReportedEnd][] {
  return names.map((name) => [name, reason])
}
