/** A server could not be reached, or refused a call of the Files API. */
export class FilesCallError extends Error {
  override readonly name = 'FilesCallError'
}
