/** The headers of a request; names are given in lower case. A header that was sent several times is joined by commas. */
export interface RequestHeaders {
  get(name: string): string | null
  has(name: string): boolean
}

/** One request, whether it came on a port or from this process. */
export interface ApiRequest {
  readonly method: string
  /** Without the query; percent signs are decoded, but not those that stand for slashes, percent signs and the like. */
  readonly path: string
  /** What follows the question mark, as it was sent. */
  readonly query: string
  readonly headers: RequestHeaders
  /** The hosts that the request names as its receiver; none if it names none or was sent by this process. */
  readonly hosts: readonly string[]
  /** Whether it came through HTTPS. */
  readonly isSecure?: boolean
  /** The address that it came from; null where it is not known, and without a network. */
  readonly remoteAddress?: string | null
  /** Fires when the client disconnects. */
  readonly signal: AbortSignal
  /** Fires the signal: the response is no longer wanted. */
  cancel(): void
  /**
   * Reads the body to its end. It can be read once.
   *
   * @param take is called with one chunk after the other. While a promise that it returns is pending, no more is read, so
   *   that a client sends no faster than the body is taken. What it throws ends the reading.
   * @throws Error what `take` threw, or why the body broke off
   */
  readBody(take: (chunk: Uint8Array) => void | Promise<void>): Promise<void>
}
