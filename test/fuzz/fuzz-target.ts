import type { IAsyncPropertyWithHooks } from 'fast-check'
import type { CallerResponse, HttpCaller } from '../http-caller.ts'
import type { RawUpstream } from './raw-upstream.ts'

/** What is fuzzed. */
export interface FuzzedServer {
  readonly port: number
  readonly http: HttpCaller
  /** What the engines called `fuzzed-…` speak to. */
  readonly rawUpstream: RawUpstream
  /** Keeps an answer, to be found again in the server's log. */
  readonly keep: (response: CallerResponse, mayBreak?: boolean) => void
}

/** One way in. */
export interface FuzzTarget {
  readonly name: string
  /** Of all inputs, beside the other targets. */
  readonly share: number
  /** How many of its inputs are under way at once: more for those that wait a lot. */
  readonly workers: number
  readonly property: (server: FuzzedServer) => IAsyncPropertyWithHooks<[unknown]>
}

/** How long an answer to a whole request may take; on a machine that is busy with all the others. */
export const PATIENCE_MS = 30_000
/** How long bytes that may be no whole request are given to show that they are one. */
export const GRACE_MS = 100
