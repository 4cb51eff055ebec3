import { APIError } from './api-error.ts'

/**
 * The server could not be reached, or the connection was cut before the response was complete; `cause` holds the
 * error of `fetch`. Retried before it is thrown if no response had begun.
 */
export class APIConnectionError extends APIError {
  override readonly name: string = 'APIConnectionError'
}

/** Nothing arrived from the server for `timeout` milliseconds. Retried before it is thrown if no response had begun. */
export class APIConnectionTimeoutError extends APIConnectionError {
  override readonly name: string = 'APIConnectionTimeoutError'
}

/** The program itself aborted the request, by its signal or by the stream's controller. Never retried. */
export class APIUserAbortError extends APIError {
  override readonly name: string = 'APIUserAbortError'
}
