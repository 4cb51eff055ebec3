import type { OutgoingRequest } from './outgoing-request.ts'

/** An answer whose headers are here and whose body is still to be read. */
export interface Exchange {
  readonly response: Response
  /** Aborts the reading of the body. */
  readonly controller: AbortController
  /** Longest silence while the body is read. */
  readonly idleTimeoutMs: number
  /** To be called when the body was read or given up: from then on the program's signal has nothing to abort. */
  release(): void
}

/** Sends a request, as often as it takes. */
export type SendRequest = (request: OutgoingRequest) => Promise<Exchange>
