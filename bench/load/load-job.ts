/** Where requests go, and how responses are recognized. */
export interface LoadTarget {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON bodies, used in turn by the requests of a job. */
  readonly bodies: readonly string[]
  /** A text that only those parts of a response contain which bring text. */
  readonly textMarker: string
  /** The end of a complete response. */
  readonly endMarker: string
  /** The JSON field that has the text. */
  readonly textField: string
  /** The whole text that a response must have; without it, as where a model writes it, the text is not checked. */
  readonly expectedText?: string
  /** What comes before the number of generated tokens, for the last time, in the end of a response. */
  readonly tokensMarker?: string
}

/** Requests one after the other on each of some connections, as fast as responses arrive. */
export interface ClosedLoopJob {
  readonly type: 'closed-loop'
  readonly target: LoadTarget
  readonly connections: number
  /** The number for all connections together; they use the bodies in turn. */
  readonly requests: number
  /** Every nth request is cancelled after its first bytes; 0: none. */
  readonly cancelEvery: number
}

/** Requests at fixed times, however long responses take. */
export interface FixedRateJob {
  readonly type: 'fixed-rate'
  readonly target: LoadTarget
  readonly requestsPerSecond: number
  readonly requests: number
}

/** One request on each of some connections to each of several servers, all at once. */
export interface HeldJob {
  readonly type: 'held'
  readonly targets: readonly LoadTarget[]
  readonly connectionsEach: number
}

/** A job of a load generator. */
export type LoadJob = ClosedLoopJob | FixedRateJob | HeldJob

/** The result of a job. Times of failed and cancelled requests are left out. */
export interface LoadResult {
  /** From the first request to the end of the last response. */
  readonly elapsedMs: number
  readonly completed: number
  readonly cancelled: number
  readonly failed: number
  /** Generated tokens of completed requests; 0 where responses do not say it. */
  readonly tokens: number
  /** The first failure; null if there was none. */
  readonly firstFailure: string | null
  /** For each request, from sending it to the end of its response. */
  readonly totalMs: readonly number[]
  /** For each request, from sending it to the first text. */
  readonly firstTextMs: readonly number[]
  /** The share of one processor that the generator used. */
  readonly generatorShare: number
}
