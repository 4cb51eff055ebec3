import type { OutgoingRequest } from './outgoing-request.ts'

/** A response whose headers have arrived and whose body is still to be read. */
export interface UnreadResponse {
  readonly response: Response
  /** Aborts the reading of the body. */
  readonly controller: AbortController
  /** Longest silence while the body is read. */
  readonly idleTimeoutMs: number
  /** Call it when the body was read or abandoned: the program's signal then has nothing to abort. */
  release(): void
}

/** Sends a request, with retries. */
export type SendRequest = (request: OutgoingRequest) => Promise<UnreadResponse>
