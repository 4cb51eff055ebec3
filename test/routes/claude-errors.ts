import type { ErrorForm, StreamEnd } from './completing-route.ts'
import { expectThat } from './expect-that.ts'

/** The API's error type for each status. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  408: 'invalid_request_error',
  409: 'conflict_error',
  413: 'request_too_large',
  500: 'api_error',
  529: 'overloaded_error',
}

/** The errors of the Claude API: an envelope with the request id, except for the error of its edge. */
export const CLAUDE_ERRORS: ErrorForm = {
  read(body, status, requestId) {
    const { type, message } = (body.error ?? {}) as Record<string, unknown>
    expectThat(typeof type === 'string' && type === TYPES[status], `the type of a ${status}`, type)
    expectThat(typeof message === 'string' && message !== '', 'a message', message)
    const keys = Object.keys(body).sort().join()
    if (status === 413) expectThat(keys === 'error', 'the error alone', body)
    else {
      expectThat(keys === 'error,request_id,type' && body.type === 'error', 'the error envelope', body)
      expectThat(body.request_id === requestId, `the request id of the header (${requestId})`, body)
    }
    return { type, message }
  },
}

/** The error that ends a stream. */
export function readClaudeStreamError(body: Readonly<Record<string, unknown>>): StreamEnd {
  const { type, message } = (body.error ?? {}) as Record<string, unknown>
  expectThat(body.type === 'error' && typeof type === 'string', 'the error envelope', body)
  expectThat(typeof message === 'string' && message !== '', 'a message', message)
  expectThat(/^req_\w{24}$/.test(String(body.request_id)), 'a request id', body.request_id)
  return { type: 'error', errorType: type, message }
}
