import type { CompletionRequest, SamplingParams } from '../../../../completion/completion-request.ts'
import { countAt, listAt } from '../../../../util/json-value.ts'
import type { PromptCount } from '../upstream-dialect.ts'
import type { OpenAiServer } from './openai-servers.ts'

/** The API key as servers of this style expect it. */
export function bearerHeaders(apiKey: string | undefined): Readonly<Record<string, string>> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
}

/** Sampling parameters. What a request leaves open is sent too: otherwise the server's own defaults would apply. */
export function samplingFields(
  { temperature, topP, topK }: SamplingParams,
  { topKOff, penaltiesOff }: OpenAiServer,
): Readonly<Record<string, number>> {
  const always = { temperature, top_p: topP ?? 1, ...penaltiesOff }
  return topKOff === null ? always : { ...always, top_k: topK === null || topK === 0 ? topKOff : topK }
}

/** Keeps a prefix within its cache scope: otherwise the time to first token would tell one key what another sent. */
export function cacheFields(
  { cacheScope = null }: CompletionRequest,
  { cacheSaltField }: OpenAiServer,
): Readonly<Record<string, string>> {
  return cacheScope === null || cacheSaltField === null ? {} : { [cacheSaltField]: cacheScope }
}

/** A stream, with token counts. */
export function streamFields({ countsInEveryEvent }: OpenAiServer): Readonly<Record<string, unknown>> {
  const everyEvent = countsInEveryEvent ? { continuous_usage_stats: true } : {}
  return { stream: true, stream_options: { include_usage: true, ...everyEvent } }
}

/** `count` and `max_model_len` (vLLM, SGLang; llama-cpp-python without the latter), `input_tokens` (llama-server's chats) or a list of `tokens`. */
export function readTokenCount(response: unknown): PromptCount | null {
  const promptTokens =
    countAt(response, 'count') ?? countAt(response, 'input_tokens') ?? listAt(response, 'tokens')?.length
  if (promptTokens === undefined) return null
  return { promptTokens, contextWindowTokens: countAt(response, 'max_model_len') ?? null }
}
