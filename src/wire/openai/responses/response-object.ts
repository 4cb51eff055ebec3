import type { StopReason } from '../../../completion/completion-event.ts'
import { isShortJson } from '../../../util/encode-json.ts'
import { newResponseId } from '../../completion-id.ts'
import type { UsageCounts } from '../openai-usage.ts'
import { ECHOED_FIELDS, type EchoedFields } from './responses-params.ts'

/** What all objects of one response share: all but its state. */
export type ResponseIdentity = Readonly<Record<string, unknown>>

/** Values of fields that a request leaves out, as OpenAI's API fills them in. */
const DEFAULTS: EchoedFields = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
}

export interface ResponseIdentityOptions {
  /** The resolved model id. */
  readonly modelId: string
  readonly store: boolean
  readonly echoed: EchoedFields
  /** The time, in milliseconds since 1970. */
  readonly nowMs: number
}

/** Fields of the request are repeated, except long ones: three events of a stream have them. */
export function responseIdentity({
  modelId,
  store,
  echoed,
  nowMs,
}: ResponseIdentityOptions): ResponseIdentity {
  const fields = ECHOED_FIELDS.map((name) => {
    const value = echoed[name]
    const isRepeated = value !== undefined && value !== null && isShortJson(value)
    return [name, isRepeated ? value : DEFAULTS[name]]
  })
  return {
    id: newResponseId(),
    object: 'response',
    created_at: Math.floor(nowMs / 1000),
    model: modelId,
    background: false,
    previous_response_id: null,
    service_tier: 'default',
    store,
    ...Object.fromEntries(fields),
  }
}

/** The state of a response that is being generated. */
export const IN_PROGRESS = {
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  output: [],
  usage: null,
} as const

/** The state of a response that ended for a reason; its output comes besides. */
export function endedState(
  reason: StopReason | null,
  counts: ResponseCounts,
): Readonly<Record<string, unknown>> {
  const incomplete = reason === null ? undefined : INCOMPLETE[reason]
  return {
    status: incomplete === undefined ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    usage: usageOf(counts),
  }
}

/** Whether a completion ended before the model did. */
export function isCut(reason: StopReason | null): boolean {
  return reason !== null && INCOMPLETE[reason] !== undefined
}

const INCOMPLETE: Readonly<Partial<Record<StopReason, string>>> = {
  'max-tokens': 'max_output_tokens',
  'context-window': 'max_output_tokens',
  refusal: 'content_filter',
}

export type ResponseCounts = UsageCounts & { readonly reasoningTokens: number }

/** 0 for a prompt that was not counted. Cached is what an engine charged as cached. */
function usageOf({
  promptTokens,
  completionTokens,
  reasoningTokens,
  cacheReadTokens = 0,
}: ResponseCounts): object {
  return {
    input_tokens: promptTokens ?? 0,
    input_tokens_details: { cached_tokens: cacheReadTokens },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: (promptTokens ?? 0) + completionTokens,
  }
}
