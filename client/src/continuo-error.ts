/** Anything that this client throws is one of these, so one `instanceof` tells its errors from a program's own. */
export class ContinuoError extends Error {
  override readonly name: string = 'ContinuoError'
}
