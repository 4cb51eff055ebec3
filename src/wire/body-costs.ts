import type { WorkSlices } from '../util/work-slices.ts'

/** What reading a body costs others, and who sees to it. */
export interface BodyCosts {
  /** The time that it takes in the event loop. */
  readonly slices: WorkSlices
  /** Told of the members of the body's JSON before they fill memory; what it throws ends the reading. */
  readonly holdMembers: (count: number) => void
}
