/** Headers by name; null removes a default header. */
export type HeaderValues = Readonly<Record<string, string | null | undefined>>

/** What one call can have differently from its client. */
export interface RequestOptions {
  /** Aborts the request, the wait before a retry, or the stream, at once; the call throws `APIUserAbortError`. */
  signal?: AbortSignal | null | undefined
  /** Milliseconds of silence before a try is given up; see `ContinuoOptions.timeout`. */
  timeout?: number | undefined
  /** How often a failed try is repeated; see `ContinuoOptions.maxRetries`. */
  maxRetries?: number | undefined
  /** Headers to add or, with null, to remove. */
  headers?: HeaderValues | undefined
}
