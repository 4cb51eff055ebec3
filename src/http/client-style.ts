import { type DescribedError, errorBody } from '../wire/error-body.ts'
import { openAiErrorBody } from '../wire/openai/openai-events.ts'
import type { ApiRequest, RequestHeaders } from './api-request.ts'

/** The two families of clients. */
export type ClientStyle = 'claude' | 'openai'

/** What a family of clients expects of every response. */
interface StyleRules {
  readonly errorBody: (error: DescribedError, requestId: string) => object
  readonly responseHeaders: Readonly<Record<string, string>>
}

/** What each family of clients expects. */
export const CLIENT_STYLES: Readonly<Record<ClientStyle, StyleRules>> = {
  claude: { errorBody, responseHeaders: {} },
  openai: {
    errorBody: openAiErrorBody,
    // As the Claude API's own layer for OpenAI's clients sends them; the second is empty there too.
    responseHeaders: { 'openai-version': '2020-10-01', 'openai-processing-ms': '' },
  },
}

/**
 * The family of a request's client, for the paths that both families use. OpenAI's clients send a key as bearer token and
 * no version, which no client of the Claude API omits. Where no key is required they may send neither.
 */
export function clientStyleOf(headers: RequestHeaders, isKeyRequired: boolean): ClientStyle {
  if (headers.has('anthropic-version') || headers.has('x-api-key')) return 'claude'
  return headers.has('authorization') || !isKeyRequired ? 'openai' : 'claude'
}

/** What OpenAI's API has and the Claude API has not, with or without the version in front. */
const OPENAI_PATH =
  /^\/(?:v1\/)?(?:assistants|audio|chat|completions|conversations|edits|embeddings|engines|evals|fine_tuning|images|moderations|realtime|responses|threads|uploads|vector_stores|videos)(?:\/|$)/

/** The family of a request's client for a path that this server does not know. */
export function clientStyleOfUnknown({ path, headers }: Pick<ApiRequest, 'path' | 'headers'>): ClientStyle {
  const isOpenAiPath = OPENAI_PATH.test(path) && !headers.has('anthropic-version')
  return isOpenAiPath ? 'openai' : clientStyleOf(headers, true)
}
