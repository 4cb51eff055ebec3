import { APIError } from './api-error.ts'

/**
 * The server could not be reached, or the connection was cut before the answer was complete; `cause` holds what
 * `fetch` said. Retried before it is thrown if no answer had begun.
 */
export class APIConnectionError extends APIError {
  override readonly name: string = 'APIConnectionError'
}

/** Nothing came from the server for as long as `timeout` says. Retried before it is thrown if no answer had begun. */
export class APIConnectionTimeoutError extends APIConnectionError {
  override readonly name: string = 'APIConnectionTimeoutError'
}

/** The program itself aborted the request, by its signal or by the stream's controller. Never retried. */
export class APIUserAbortError extends APIError {
  override readonly name: string = 'APIUserAbortError'
}
