/** The headers of a request; names are given in lower case. Those that came several times are one, with commas. */
export interface RequestHeaders {
  get(name: string): string | null
  has(name: string): boolean
}

/** One request, however it came: on a port, or from this process. */
export interface ApiRequest {
  readonly method: string
  /** Without the query; what was written in percent signs is read, but for slashes and their like. */
  readonly path: string
  /** What stands behind the question mark, as it came. */
  readonly query: string
  readonly headers: RequestHeaders
  /** The hosts that it was sent to, as it names them; none where it names none, or was sent by this process. */
  readonly hosts: readonly string[]
  /** Fires when its caller leaves. */
  readonly signal: AbortSignal
  /** Makes the signal fire: nobody wants the answer any more. */
  cancel(): void
  /**
   * Reads the body to its end, once.
   *
   * @param take is given piece after piece; what it throws ends the reading
   * @throws Error what `take` threw, or why the body broke off
   */
  readBody(take: (piece: Uint8Array) => void): Promise<void>
}
