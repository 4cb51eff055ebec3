/** Thrown where a text is found not to be JSON, or to have more structure than it may. */
export class JsonDefectError extends Error {
  readonly reason: string
  /** In UTF-16 code units from the start. */
  readonly index: number

  constructor(reason: string, index: number) {
    super(reason)
    this.reason = reason
    this.index = index
  }
}
