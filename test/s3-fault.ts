/** What the service does with the next requests that it strikes. */
export interface S3Fault {
  /** Requests that it strikes, by method and operation, such as `PUT part`; all by default. */
  readonly operation?: string
  /** How many it leaves alone before. */
  readonly after?: number
  /** How often it strikes; once by default. */
  readonly times?: number
  readonly kind:
    | { readonly type: 'error'; readonly status: number; readonly code: string }
    /** The connection is closed before the request is read, after it was served, or after some bytes of the response. */
    | { readonly type: 'cut'; readonly when: 'before' | 'after' | number }
    /** The response says that another ETag was stored. */
    | { readonly type: 'wrong-etag' }
    /** The bytes of an object are not those that were stored. */
    | { readonly type: 'changed-bytes' }
    /** An error with status 200, as S3 sends one after it has begun its response. */
    | { readonly type: 'late-error'; readonly code: string }
    /** Nothing is sent until the service is closed. */
    | { readonly type: 'silence' }
}
