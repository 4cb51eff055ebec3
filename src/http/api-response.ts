/** A piece of a body that comes bit by bit. */
export interface BodyPiece {
  /** In ASCII; only of the last it may be empty. */
  readonly text: string
  readonly isLast: boolean
}

/** A body that comes bit by bit. It is pulled: what is not asked for is not made. */
export interface PiecewiseBody {
  /** What it begins with, before anything is waited for; may be empty. */
  readonly opening: string
  /**
   * The next piece; one at a time, and none behind the last.
   *
   * @throws Error when it cannot go on: the reason of the caller's signal, if that fired
   */
  next(): Promise<BodyPiece>
  /** Ends it early, if it has not ended, and resolves when all is put away. */
  leave(): Promise<void>
}

/** An answer to one request, before anybody has put it on a wire. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | PiecewiseBody | null
}

/** An answer that is one JSON value. */
export function jsonAnswer(value: object, status = 200): Answer {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(value) }
}

const JSON_HEADERS = { 'content-type': 'application/json' }
