/** Standard output takes no more of what a command was run for. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  /** Whether the reader has gone, who may have seen enough, as `head` does. */
  readonly isReaderGone: boolean

  constructor(cause: NodeJS.ErrnoException) {
    super(`Standard output could not be written (${cause.message}).`, { cause })
    this.isReaderGone = cause.code === 'EPIPE'
  }
}

/**
 * Writes what a command was run for, and waits until it is taken: a slow reader slows the command down, and nothing is
 * lost.
 *
 * @throws OutputError
 */
export function writeOutput(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(new OutputError(error)) : resolve()))
  })
}
