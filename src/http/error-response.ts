import { describeError, errorBody } from '../wire/error-body.ts'
import { openAiErrorBody } from '../wire/openai/openai-error-body.ts'
import type { ClientStyle } from './request-context.ts'

/**
 * An error as a response: the envelope, the status, and whether to try again.
 *
 * @see the API's reference, "Errors"
 */
export function errorResponse(
  error: unknown,
  requestId: string,
  clientStyle: ClientStyle = 'claude',
): Response {
  const described = describeError(error)
  const { status, shouldRetry, retryAfterSeconds } = described
  const headers = new Headers({ 'content-type': 'application/json' })
  if (shouldRetry !== null) headers.set('x-should-retry', String(shouldRetry))
  if (retryAfterSeconds !== null) headers.set('retry-after', String(retryAfterSeconds))
  const body = clientStyle === 'openai' ? openAiErrorBody(described) : errorBody(described, requestId)
  return new Response(JSON.stringify(body), { status, headers })
}
