import type { HeaderValues, RequestOptions } from './request-options.ts'

/** One call of the API, before it is known where the server is. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST'
  /** From `/v1` on, with its query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Headers of this call's own; the options' win over them. */
  readonly headers: HeaderValues
  readonly options: RequestOptions
}
