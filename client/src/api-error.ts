import { ContinuoError } from './continuo-error.ts'

/**
 * The kind of failure that the server reports. The API's reference names these; a server may add others.
 *
 * @see the API's reference, Errors
 */
export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'billing_error'
  | 'permission_error'
  | 'not_found_error'
  | 'conflict_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'timeout_error'
  | 'api_error'
  | 'overloaded_error'
  | (string & {})

/** What an {@link APIError} knows beside its message; each may be missing. */
export interface APIErrorFields {
  readonly status?: number | undefined
  readonly type?: ErrorType | undefined
  readonly requestID?: string | undefined
  readonly headers?: Headers | undefined
  readonly error?: unknown
  readonly cause?: unknown
}

/**
 * A request that failed: the server responded with an error, sent one within a stream, or could not be reached.
 * Its subclasses distinguish these. A status without a class of its own (402, 405 …) is thrown as this one.
 *
 * @see the API's reference, Errors
 */
export class APIError extends ContinuoError {
  override readonly name: string = 'APIError'
  /**
   * The status of the response. Undefined where the failure has none: without a connection, and
   * within a stream, whose status was 200 before it failed.
   */
  readonly status: number | undefined
  /** The `error.type` of the response. */
  readonly type: ErrorType | undefined
  /** The `request-id` of the response, by which the server's operator finds the request. */
  readonly requestID: string | undefined
  /** The headers of the response. */
  readonly headers: Headers | undefined
  /** The body of the response: parsed if it is JSON, the text if not, undefined if there is none. */
  readonly error: unknown

  constructor(message: string, fields: APIErrorFields = {}) {
    super(message, 'cause' in fields ? { cause: fields.cause } : undefined)
    this.status = fields.status
    this.type = fields.type
    this.requestID = fields.requestID
    this.headers = fields.headers
    this.error = fields.error
  }
}
