import * as z from 'zod'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import { boolean, integer, LARGEST_COUNT, number, shareOrOff, stopSequenceOrList } from '../body-schema.ts'

/** Most tokens that are named beside a scored one. */
export const MAX_TOP_LOGPROBS = 20

/** Clients of LM Studio and llama-server say "no limit" with −1. */
const tokensOrUnlimited = integer
  .refine((value) => value >= 1 || value === -1, 'Input should be greater than or equal to 1')
  .transform((value) => (value === -1 ? null : value))

/** The fields that control generation in both kinds of completion. Null means left out. */
export const GENERATION_FIELDS = {
  max_tokens: tokensOrUnlimited.nullish(),
  max_completion_tokens: tokensOrUnlimited.nullish(),
  temperature: number.min(0, 'Input should be greater than or equal to 0').nullish(),
  top_p: shareOrOff.nullish(),
  stop: stopSequenceOrList.nullish(),
  n: integer.refine((count) => count === 1, 'only one completion is made for a request').nullish(),
  stream: boolean.nullish(),
  stream_options: z.object({ include_usage: boolean.nullish() }).nullish(),
}

/** A completion that the OpenAI layer reads. */
export interface OpenAiCompletionParams {
  readonly request: CompletionRequest
  readonly stream: boolean
  /** Whether a stream ends with its usage. */
  readonly includeUsage: boolean
}

const GENERATION_SCHEMA = z.object(GENERATION_FIELDS)

/**
 * Reads the fields that control generation. A temperature above 1 counts as 1, and stop sequences of white space alone
 * are dropped, as the API's page on OpenAI SDK compatibility says.
 */
export function readGeneration(
  params: z.infer<typeof GENERATION_SCHEMA>,
): Pick<CompletionRequest, 'maxTokens' | 'stopSequences' | 'sampling'> {
  const maxTokens = params.max_completion_tokens ?? params.max_tokens ?? LARGEST_COUNT
  return {
    maxTokens: Math.min(maxTokens, LARGEST_COUNT),
    stopSequences: (params.stop ?? []).filter((stop) => stop.trim() !== ''),
    sampling: { temperature: Math.min(params.temperature ?? 1, 1), topP: params.top_p ?? null, topK: null },
  }
}

/** Reads how the response is sent. */
export function readStreaming({
  stream,
  stream_options,
}: z.infer<typeof GENERATION_SCHEMA>): Pick<OpenAiCompletionParams, 'stream' | 'includeUsage'> {
  return { stream: stream ?? false, includeUsage: stream_options?.include_usage ?? false }
}
