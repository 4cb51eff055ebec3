import { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } from './connection-errors.ts'
import { ContinuoError } from './continuo-error.ts'

/** Limits that Node's own `fetch` keeps below any timeout of ours; they too mean that nothing came for too long. */
const TIMEOUT_CODES: ReadonlySet<unknown> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])

/**
 * What to throw when `fetch`, or reading what it returned, failed. A program that aborts the request for a reason of the
 * client's (a timeout) gives that reason to the signal; any other abort is the program's.
 */
export function connectionFailure(cause: unknown, signal: AbortSignal): ContinuoError {
  if (cause instanceof ContinuoError) return cause
  if (signal.aborted) {
    const reason: unknown = signal.reason
    return reason instanceof ContinuoError ? reason : userAbort(reason)
  }
  const origin = deepestCause(cause)
  const message = `The connection to the server failed: ${describe(origin)}`
  const isTimeout = TIMEOUT_CODES.has(codeOf(origin))
  return isTimeout
    ? new APIConnectionTimeoutError(message, { cause })
    : new APIConnectionError(message, { cause })
}

/** The error for a request that the program aborted, with its reason as the cause. */
export function userAbort(reason: unknown): APIUserAbortError {
  return new APIUserAbortError('The request was aborted.', { cause: reason })
}

/** `fetch` itself only says "fetch failed"; what happened is in the causes below it. */
function deepestCause(error: unknown): unknown {
  let deepest = error
  while (deepest instanceof Error && deepest.cause !== undefined) deepest = deepest.cause
  return deepest
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Node reports "all addresses failed" with an empty message and a code.
  return error.message || String(codeOf(error) ?? error.name)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
