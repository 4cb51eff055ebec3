import { CodedError } from '../util/coded-error.ts'

/**
 * Every way in which a completion can fail.
 *
 * - `invalid-request`: the request asks for something that cannot be done
 * - `invalid-prompt`: the prompt breaks the turn rules
 * - `prompt-too-long`: the prompt does not fit the model's context window
 * - `model-not-found`: no engine serves this model id
 * - `not-ready`: the model is still loading, or the server is shutting down
 * - `overloaded`: the queue is full, or the engine is restarting
 * - `engine-failed`: the engine failed while it worked on this request
 * - `cancelled`: the request's signal was aborted
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

/** A completion that failed. */
export class CompletionError extends CodedError<CompletionErrorCode> {
  override readonly name = 'CompletionError'

  static cancelled(cause?: unknown): CompletionError {
    return new CompletionError('cancelled', 'The request was cancelled.', { cause })
  }

  /** An engine was closed before it finished the request: another engine may take it. */
  static engineClosed(): CompletionError {
    return new CompletionError('overloaded', 'Overloaded: the engine was closed before it had finished')
  }

  static promptTooLong(promptTokens: number, maxPromptTokens: number): CompletionError {
    const excess = `${promptTokens} tokens > ${maxPromptTokens} maximum`
    return new CompletionError('prompt-too-long', `prompt is too long: ${excess}`)
  }
}
