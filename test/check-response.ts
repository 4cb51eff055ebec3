import type { IncomingHttpHeaders } from 'node:http'
import type { CallerResponse } from './http-caller.ts'
import type { CompletingRoute, ErrorForm, StreamEnd } from './routes/completing-route.ts'
import { expectThat } from './routes/expect-that.ts'
import { Violation } from './violation.ts'

/** Expected statuses. A 500 is expected only where an upstream broke. */
const MEANT_STATUSES = new Set([200, 204, 400, 401, 404, 405, 408, 409, 413, 500, 529])

/** An error in the API's form. */
export interface ReportedError {
  readonly status: number
  readonly type: string
  readonly message: string
}

/**
 * Checks the rules for every response on every route.
 *
 * @param where for the violation
 * @param mayBreak whether an engine may have failed, so that a 500 is correct
 * @returns the error in the response; null if there is none
 * @throws Violation
 */
export function checkResponse(
  where: string,
  { status, headers, body }: CallerResponse,
  errors: ErrorForm,
  mayBreak = false,
): ReportedError | null {
  return asViolation(where, () => {
    expectThat(MEANT_STATUSES.has(status) && (status !== 500 || mayBreak), 'a status that is meant', [
      status,
      body,
    ])
    const requestId = headers['request-id']
    expectThat(/^req_[0-9A-Za-z]{24}$/.test(String(requestId)), 'a request-id', requestId)
    if (status < 400) return null
    expectThat(headers['content-type'] === 'application/json', 'JSON', headers['content-type'])
    // HEAD has no body.
    if (body === '') return { status, type: '', message: '' }
    const error = errors.read(JSON.parse(body), status, String(requestId))
    expectThat(error.message !== 'Internal server error', 'an error that was foreseen', error.message)
    checkAdvice(status, headers)
    return { status, ...error }
  })
}

/** The advice on retries. */
function checkAdvice(status: number, headers: IncomingHttpHeaders): void {
  const isWorthIt = status === 529 || status === 500 || status === 408
  const advice = headers['x-should-retry']
  expectThat(advice === String(isWorthIt), `x-should-retry: ${isWorthIt}`, advice)
  if (status !== 529) return
  expectThat(Number(headers['retry-after']) >= 1, 'retry-after in seconds', headers['retry-after'])
}

/**
 * The end of a complete stream.
 *
 * @throws Violation
 */
export function checkStream(
  where: string,
  route: CompletingRoute,
  { headers, body }: CallerResponse,
): StreamEnd {
  return asViolation(where, () => {
    const type = headers['content-type']
    expectThat(type?.startsWith('text/event-stream') ?? false, 'an event stream', type)
    return route.readStream(body)
  })
}

/** The violation that a check finds, with the place. */
export function asViolation<Result>(where: string, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (error instanceof Violation) throw error
    throw new Violation(where, (error as Error).message, { cause: error })
  }
}
