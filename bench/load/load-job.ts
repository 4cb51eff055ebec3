/** Whom requests go to, and how its answers are understood. */
export interface LoadTarget {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON bodies; the requests of a job take them in turn. */
  readonly bodies: readonly string[]
  /** What stands in the part of an answer that brings text, and in no other. */
  readonly textMarker: string
  /** What stands at the end of an answer that is whole. */
  readonly endMarker: string
  /** The whole text that an answer must have, each piece in its place; left out, it is not looked at. */
  readonly expectedText?: string
}

/** Requests one after the other on each of some connections, as fast as they are answered. */
export interface ClosedLoopJob {
  readonly type: 'closed-loop'
  readonly target: LoadTarget
  readonly connections: number
  /** Of all connections together. */
  readonly requests: number
  /** Every so-manyth request is given up after its first bytes; 0: none. */
  readonly cancelEvery: number
}

/** Requests at fixed times, however long the answers take. */
export interface FixedRateJob {
  readonly type: 'fixed-rate'
  readonly target: LoadTarget
  readonly requestsPerSecond: number
  readonly requests: number
}

/** What a load generator is asked to do. */
export type LoadJob = ClosedLoopJob | FixedRateJob

/** What came of it. Times of requests that failed or were cancelled are left out. */
export interface LoadResult {
  /** From the first request to the end of the last answer. */
  readonly elapsedMs: number
  readonly completed: number
  readonly cancelled: number
  readonly failed: number
  /** What the first failure was; null if there was none. */
  readonly firstFailure: string | null
  /** Of each request, from sending it to the end of its answer. */
  readonly totalMs: readonly number[]
  /** Of each request, from sending it to the first text. */
  readonly firstTextMs: readonly number[]
  /** Of the generator's own processor time, which share of one processor it used. */
  readonly generatorShare: number
}
