/** Where a request stands in a trace that others began, so that what it asks of others can stand there too. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** This request's own, 16 hexadecimal digits: the parent of what it asks of others. */
  readonly spanId: string
  /** Whether the caller may have recorded it. */
  readonly isSampled: boolean
  /** What tracing systems tell each other, as it is passed on; empty where there is nothing. */
  readonly state: string
}
