/** What one connection, and all of them together, may cost. */
export interface ServeLimits {
  /** From a connection's first byte, or its opening, to the end of a request's headers. */
  readonly headersMs: number
  /** From a request's first byte to the end of its body. It ends a body that arrives too slowly. */
  readonly requestMs: number
  /** How long a connection may wait for its next request. */
  readonly keepAliveMs: number
  /** How long a client may take no byte of a response. */
  readonly stalledReaderMs: number
  /** How long the rest of a request is read after a response that did not wait for it. */
  readonly lingerMs: number
  readonly maxHeaderBytes: number
  /**
   * When a new one would be one too many, another is closed: an idle one of the client with the most, or one of a client
   * that has more than half of them. See `connectionToClose`.
   */
  readonly maxConnections: number
  /**
   * Requests on one connection that wait for the response to the one before them. With more, the connection is not read
   * until there is a response.
   */
  readonly maxPipelinedRequests: number
  /**
   * Most requests without a response on all connections. One more that waits for another is refused as overloaded, and its
   * connection closed.
   */
  readonly maxWaitingRequests: number
}

/** The limits of a server that sets no others. */
export const DEFAULT_SERVE_LIMITS: ServeLimits = {
  headersMs: 20_000,
  // The largest body in five minutes asks for 0.9 Mbit/s.
  requestMs: 300_000,
  // Longer than the 60 s of most proxies, so that the proxy closes the connection and no request meets a closing socket.
  keepAliveMs: 65_000,
  stalledReaderMs: 60_000,
  // The largest body in that time asks for 9 Mbit/s.
  lingerMs: 30_000,
  maxHeaderBytes: 32 * 1024,
  maxConnections: 1024,
  maxPipelinedRequests: 16,
  // What arrives at once, 64 KiB of a connection, may hold thousands.
  maxWaitingRequests: 16_384,
}
