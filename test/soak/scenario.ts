import type { CallerResponse, HttpCaller } from '../http-caller.ts'
import type { Random } from './random.ts'

/**
 * How a request ended, when it ended well.
 *
 * - `completed`: the whole answer, and the right one
 * - `overloaded`: refused with advice to come again
 * - `refused`: the error that it deserved
 * - `broken`: an engine broke, and the client got an error
 * - `left`: its caller went away
 */
export type Outcome = 'completed' | 'overloaded' | 'refused' | 'broken' | 'left'

/** Every {@link Outcome}, in the order of the table. */
export const OUTCOMES: readonly Outcome[] = ['completed', 'overloaded', 'refused', 'broken', 'left']

/** Somebody who sends one request after the other. */
export interface Caller {
  readonly http: HttpCaller
  readonly port: number
  readonly random: Random
  /**
   * Keeps an answer, to be found again in the server's log.
   *
   * @throws StoodStill when it says that the request came too late, and the machine is to blame
   */
  readonly keep: (response: CallerResponse, mayBreak: boolean) => void
}

/**
 * A request came too late because neither server nor caller was let run for so long. Node looks at its clock before it
 * looks at what has arrived meanwhile, so that 408 is the truth.
 */
export class StoodStill extends Error {
  override readonly name = 'StoodStill'
}

/** One kind of request, good or bad. */
export interface Scenario {
  readonly name: string
  /** How often it comes, beside the others. */
  readonly weight: number
  /** @throws Violation when what came of it is not right */
  readonly run: (caller: Caller) => Promise<Outcome>
}
