/** A piece of a body that comes bit by bit. */
export interface BodyChunk {
  /** In ASCII; only of the last it may be empty. */
  readonly text: string
  readonly isLast: boolean
}

/** A body that comes bit by bit. It is pulled: what is not asked for is not made. */
export interface StreamingBody {
  /** What it begins with, before anything is waited for; may be empty. */
  readonly preamble: string
  /**
   * The next piece; one at a time, and none behind the last.
   *
   * @throws Error when it cannot go on: the reason of the caller's signal, if that fired
   */
  next(): Promise<BodyChunk>
  /** Ends it early, if it has not ended, and resolves when all is put away. */
  cancel(): Promise<void>
}

/** An answer to one request, before anybody has put it on a wire. */
export interface ApiResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | StreamingBody | null
}

/** An answer that is one JSON value. */
export function jsonResponse(value: object, status = 200): ApiResponse {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(value) }
}

const JSON_HEADERS = { 'content-type': 'application/json' }
