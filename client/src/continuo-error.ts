/** The base class of all errors of this client: one `instanceof` distinguishes them from a program's own. */
export class ContinuoError extends Error {
  override readonly name: string = 'ContinuoError'
}
