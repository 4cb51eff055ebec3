import { ContinuoError } from './continuo-error.ts'

/**
 * What kind of failure the server tells of. The named ones are those of the API's reference; a server may say more.
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
 * A request that failed: the server answered with an error, said so within a stream, or could not be reached.
 * Its subclasses tell which. A status without a class of its own (402, 405 …) is thrown as this one.
 *
 * @see the API's reference, Errors
 */
export class APIError extends ContinuoError {
  override readonly name: string = 'APIError'
  /**
   * The status of the server's answer. Undefined where no status tells of the failure: without a connection, and
   * within a stream, whose status was 200 before it failed.
   */
  readonly status: number | undefined
  /** The `error.type` of the server's answer. */
  readonly type: ErrorType | undefined
  /** The `request-id` of the server's answer: what its operator needs to find the request. */
  readonly requestID: string | undefined
  /** The headers of the server's answer. */
  readonly headers: Headers | undefined
  /** The body of the server's answer: parsed if it is JSON, the text if not, undefined if there is none. */
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
