import { ContinuoError } from './continuo-error.ts'
import { requestIDOf } from './make-api-error.ts'
import type { UnreadResponse } from './unread-response.ts'

/** The data of a call, and the response that it was read from. */
export interface DataWithResponse<T> {
  readonly data: T
  /** Its body is read already, or is being read by the stream. */
  readonly response: Response
  /** The `request-id` of the response. */
  readonly request_id: string | undefined
}

/** The promise of a call's data, with two ways to the response. */
export interface APIPromise<T> extends Promise<T> {
  /**
   * The response with its body unread. A status other than 2xx still throws. Call it at once on the promise that the
   * call returned, which then resolves to no data. The call's signal can abort the body.
   *
   * @throws ContinuoError when the body was read before
   */
  asResponse(): Promise<Response>
  /** The data, its response, and its request id. */
  withResponse(): Promise<DataWithResponse<T>>
}

/** @param read reads the data from a response */
export function apiPromise<T>(
  unread: Promise<UnreadResponse>,
  read: (unread: UnreadResponse) => T | Promise<T>,
): APIPromise<T> {
  let bodyOwner: 'none' | 'data' | 'response' = 'none'
  const data = unread.then((response) => {
    if (bodyOwner === 'response')
      throw new ContinuoError('asResponse() was called: the body is left to the caller.')
    bodyOwner = 'data'
    return read(response)
  })
  return Object.assign(data, {
    async asResponse() {
      if (bodyOwner === 'data')
        throw new ContinuoError('asResponse() must be called before the response has been read.')
      bodyOwner = 'response'
      // Without this, a failure would be an unhandled rejection.
      data.catch(() => undefined)
      return (await unread).response
    },
    async withResponse() {
      const [value, { response }] = await Promise.all([data, unread])
      return { data: value, response, request_id: requestIDOf(response.headers) }
    },
  })
}
