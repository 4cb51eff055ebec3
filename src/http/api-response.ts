import type { Break } from './broken-connection.ts'

/** A chunk of a body that is sent while it is made. */
export interface BodyChunk {
  /** Text is ASCII. Only the last chunk may be empty. */
  readonly data: string | Uint8Array
  readonly isLast: boolean
}

/** A body that is sent while it is made. Its reader pulls it: what is not asked for is not made. */
export interface StreamingBody {
  /** Its size, where that is known. */
  readonly lengthBytes: number | null
  /** Sent at once, before the first chunk is ready; ASCII, may be empty. */
  readonly preamble: string
  /**
   * The next chunk. Only one may be awaited at a time, and none after the last.
   *
   * @throws Error when there is no next chunk: the reason of the request's signal, if that has fired
   */
  next(): Promise<BodyChunk>
  /** Ends it early, if it has not ended. Resolves when its resources are released. */
  cancel(): Promise<void>
  /** Resolves once it has ended in any way. */
  readonly ended: Promise<void>
}

/** The body of a response: text, bytes, or either of them chunk by chunk; null for none. */
export type ResponseBody = string | Uint8Array | StreamingBody | null

/** A response to one request, independent of how it is sent. */
export interface ApiResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: ResponseBody
  /** Set where the connection is broken on purpose, in place of a response. */
  readonly broken?: Break
}

/** Whether a body is sent chunk by chunk. */
export function isStreaming(body: ResponseBody): body is StreamingBody {
  return typeof body === 'object' && body !== null && 'next' in body
}

/** A response whose body is one JSON value. */
export function jsonResponse(value: object, status = 200): ApiResponse {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(value) }
}

/** The same for JSON that was encoded before. */
export function encodedJsonResponse(json: string | Uint8Array): ApiResponse {
  return { status: 200, headers: JSON_HEADERS, body: json }
}

const JSON_HEADERS = { 'content-type': 'application/json' }
