/**
 * Every way in which a completion can fail, in the words of the domain.
 *
 * - `invalid-request`: a value of the request cannot be honoured
 * - `invalid-prompt`: the prompt breaks the turn rules
 * - `prompt-too-long`: the prompt does not fit the model's context window
 * - `model-not-found`: nobody serves this model id
 * - `not-ready`: the model is still loading, or the server is about to stop
 * - `overloaded`: the waiting line is full, or the engine is being started again
 * - `engine-failed`: the engine broke while it worked on this request
 * - `cancelled`: the caller's signal fired
 */
export type CompletionErrorCode =
  | 'invalid-request'
  | 'invalid-prompt'
  | 'prompt-too-long'
  | 'model-not-found'
  | 'not-ready'
  | 'overloaded'
  | 'engine-failed'
  | 'cancelled'

/** A completion that failed. `message` is meant for the person who sent the request; `cause` is for the log. */
export class CompletionError extends Error {
  override readonly name = 'CompletionError'
  readonly code: CompletionErrorCode

  constructor(code: CompletionErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
