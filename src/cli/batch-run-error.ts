/** A batch could not be run to its end. */
export class BatchRunError extends Error {
  override readonly name = 'BatchRunError'
}
