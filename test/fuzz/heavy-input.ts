import type { CompletingRoute, PlainRoute } from '../routes/completing-route.ts'

/** A body that is large, or means a lot. */
export interface HeavyInput {
  /** What there is much of: once that was found to be too much, it is not tried again. */
  readonly what: string
  /** How to build it again, for people. */
  readonly recipe: () => string
  readonly route: CompletingRoute | PlainRoute
  /** Built when it is sent: thousands of them would not fit into memory. */
  readonly body: () => string
  /** When its client disconnects; null if it waits for the response. */
  readonly disconnectsAfterMs: number | null
  /** Whether it is sent beside a stream that goes on and in front of a short question. */
  readonly isConcurrent?: boolean
}

/** One source of them. */
export interface HeavyTarget {
  readonly name: string
  /** Of all inputs, beside the other targets. */
  readonly share: number
  /** However few those are: enough for each kind in every size. */
  readonly leastInputs: number
  /** The same for the same seed; the first of them have one of each kind. */
  readonly inputs: (seed: number, count: number) => readonly HeavyInput[]
}
