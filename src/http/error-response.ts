import { describeError, errorBody } from '../wire/error-body.ts'
import { openAiErrorBody } from '../wire/openai/openai-error-body.ts'
import type { ApiResponse } from './api-response.ts'
import type { ClientStyle } from './request-context.ts'

/**
 * An error as an answer: the envelope, the status, and whether to try again.
 *
 * @see the API's reference, "Errors"
 */
export function errorResponse(
  error: unknown,
  requestId: string,
  clientStyle: ClientStyle = 'claude',
): ApiResponse {
  const described = describeError(error)
  const { status, shouldRetry, retryAfterSeconds } = described
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (shouldRetry !== null) headers['x-should-retry'] = String(shouldRetry)
  if (retryAfterSeconds !== null) headers['retry-after'] = String(retryAfterSeconds)
  const body = clientStyle === 'openai' ? openAiErrorBody(described) : errorBody(described, requestId)
  return { status, headers, body: JSON.stringify(body) }
}
