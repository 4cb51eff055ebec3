import { type DescribedError, errorBody } from '../wire/error-body.ts'
import { openAiErrorBody } from '../wire/openai/openai-events.ts'
import type { RequestHeaders } from './api-request.ts'

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
 * no version, which no client of the Claude API leaves out.
 */
export function clientStyleOf(headers: RequestHeaders): ClientStyle {
  const isClaude =
    headers.has('anthropic-version') || headers.has('x-api-key') || !headers.has('authorization')
  return isClaude ? 'claude' : 'openai'
}
