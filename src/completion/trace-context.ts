/** The position of a request in a distributed trace, which is passed on to upstreams. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** This request's own, 16 hexadecimal digits: the parent of its upstream requests. */
  readonly spanId: string
  /** Whether the client may have recorded the trace. */
  readonly isSampled: boolean
  /** The `tracestate` header; empty if there is none. */
  readonly state: string
}
