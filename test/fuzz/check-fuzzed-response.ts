import { asViolation, checkResponse, checkStream } from '../check-response.ts'
import type { CallerResponse } from '../http-caller.ts'
import { CLAUDE_ERRORS } from '../routes/claude-errors.ts'
import type { CompletingRoute, ErrorForm } from '../routes/completing-route.ts'
import { OPENAI_ERRORS } from '../routes/openai-routes.ts'
import { Violation } from '../violation.ts'

/**
 * Whatever was sent: a completion in the route's form, or an error in its form that is not the server's own.
 *
 * @param mayBreak whether the engine may have broken
 * @throws Violation
 */
export function checkFuzzedResponse(
  route: CompletingRoute,
  response: CallerResponse,
  mayBreak = false,
): void {
  const where = route.name
  if (checkResponse(where, response, route.errors, mayBreak) !== null) return
  if (!response.headers['content-type']?.startsWith('text/event-stream')) {
    asViolation(where, () => route.readWhole(JSON.parse(response.body)))
    return
  }
  const end = checkStream(where, route, response)
  if (end.type === 'completed' || mayBreak) return
  throw new Violation(where, `the stream broke off: ${end.errorType}: ${end.message}`)
}

/** Where bytes decide which route it is, the error has one form or the other. */
export const EITHER_ERRORS: ErrorForm = {
  read(body, status, requestId) {
    const form = 'request_id' in body || (status === 413 && !('code' in ((body.error ?? {}) as object)))
    return (form ? CLAUDE_ERRORS : OPENAI_ERRORS).read(body, status, requestId)
  },
}
