/** The output of a command cannot be written. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  /** Whether the reader closed the pipe, as `head` does when it has seen enough. */
  readonly isReaderGone: boolean

  constructor(cause: NodeJS.ErrnoException) {
    super(`Standard output could not be written (${cause.message}).`, { cause })
    this.isReaderGone = cause.code === 'EPIPE'
  }
}

/**
 * Writes the output of a command and waits until it is accepted: a slow reader slows the command down, and nothing is
 * lost.
 *
 * @throws OutputError
 */
export function writeOutput(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(new OutputError(error)) : resolve()))
  })
}
