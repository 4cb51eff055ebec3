/** An error of a closed set of kinds. `message` is for the person who sent the request; `cause` is for the log. */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
