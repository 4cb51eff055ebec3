import { describeError, errorBody } from '../wire/error-body.ts'

/**
 * An error as a response: the envelope, the status, and whether to try again.
 *
 * @see the API's reference, "Errors"
 */
export function errorResponse(error: unknown, requestId: string): Response {
  const described = describeError(error)
  const { status, shouldRetry, retryAfterSeconds } = described
  const headers = new Headers({ 'content-type': 'application/json' })
  if (shouldRetry !== null) headers.set('x-should-retry', String(shouldRetry))
  if (retryAfterSeconds !== null) headers.set('retry-after', String(retryAfterSeconds))
  return new Response(JSON.stringify(errorBody(described, requestId)), { status, headers })
}
