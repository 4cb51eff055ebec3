import { ContinuoError } from './continuo-error.ts'
import type { Exchange } from './exchange.ts'
import { requestIDOf } from './make-api-error.ts'

/** What a call gave, and the answer that it was read from. */
export interface DataWithResponse<T> {
  readonly data: T
  /** Its body is read already, or is being read by the stream. */
  readonly response: Response
  /** The `request-id` of the answer. */
  readonly request_id: string | undefined
}

/** The promise of what a call gives, with two ways to the answer itself. */
export interface APIPromise<T> extends Promise<T> {
  /**
   * The answer as it came, its body not read. A status other than 2xx still throws. To be called at once on the
   * promise that the call returned, which then gives no data of its own. The call's signal can abort the body.
   *
   * @throws ContinuoError when the body was read before
   */
  asResponse(): Promise<Response>
  /** The data, the answer that it came in, and its request id. */
  withResponse(): Promise<DataWithResponse<T>>
}

/** @param read gives the data out of an answer */
export function apiPromise<T>(
  exchange: Promise<Exchange>,
  read: (exchange: Exchange) => T | Promise<T>,
): APIPromise<T> {
  let bodyOwner: 'nobody' | 'data' | 'response' = 'nobody'
  const data = exchange.then((answered) => {
    if (bodyOwner === 'response')
      throw new ContinuoError('asResponse() was called: the body is left to the caller.')
    bodyOwner = 'data'
    return read(answered)
  })
  return Object.assign(data, {
    async asResponse() {
      if (bodyOwner === 'data')
        throw new ContinuoError('asResponse() must be called before the answer is here.')
      bodyOwner = 'response'
      // Nobody waits for the data any more, so nobody would handle its failure.
      data.catch(() => undefined)
      return (await exchange).response
    },
    async withResponse() {
      const [value, { response }] = await Promise.all([data, exchange])
      return { data: value, response, request_id: requestIDOf(response.headers) }
    },
  })
}
