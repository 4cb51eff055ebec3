import { LimitError } from '../completion/limit-error.ts'
import { describeError } from '../wire/error-body.ts'
import type { ApiResponse } from './api-response.ts'
import { CLIENT_STYLES, type ClientStyle } from './client-style.ts'
import { limitHeaders } from './limit-headers.ts'

/**
 * The response to a request that failed: the error's envelope, its status, and whether to try again.
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
  if (error instanceof LimitError) Object.assign(headers, limitHeaders(error.status, clientStyle))
  const body = CLIENT_STYLES[clientStyle].errorBody(described, requestId)
  return { status, headers, body: JSON.stringify(body) }
}
