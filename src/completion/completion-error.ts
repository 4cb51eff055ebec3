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
 * - `engine-unauthorized`, `engine-unpaid`, `engine-forbidden`, `engine-not-found`: the upstream engine refuses the
 *   requests of this server, with the status 401, 402, 403 or 404
 * - `cancelled`: the request's signal was aborted
 * - `rate-limited`: a limit of its organization, workspace or key is used up for now
 * - `larger-than-limit`: it asks for more than such a limit ever has
 * - `spend-limited`: what may be spent in this period is spent
 */
export type CompletionErrorCode =
  | 'invalid-request'
  | 'invalid-prompt'
  | 'prompt-too-long'
  | 'model-not-found'
  | 'not-ready'
  | 'overloaded'
  | 'engine-failed'
  | 'engine-unauthorized'
  | 'engine-unpaid'
  | 'engine-forbidden'
  | 'engine-not-found'
  | 'cancelled'
  | 'rate-limited'
  | 'larger-than-limit'
  | 'spend-limited'

/** A completion that failed. */
export class CompletionError extends CodedError<CompletionErrorCode> {
  override readonly name = 'CompletionError'
  /** How long the engine asks its clients to wait; null where it does not say. */
  readonly retryAfterMs: number | null

  constructor(
    code: CompletionErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number | null } = {},
  ) {
    super(code, message, options)
    this.retryAfterMs = options.retryAfterMs ?? null
  }

  static cancelled(cause?: unknown): CompletionError {
    return new CompletionError('cancelled', 'The request was cancelled.', { cause })
  }

  /** An engine was closed before it finished the request: another engine may take it. */
  static engineClosed(): CompletionError {
    return new CompletionError('overloaded', 'Overloaded: the engine was closed before it had finished')
  }

  /** @param isEstimated whether the prompt's tokens could not be counted */
  static promptTooLong(promptTokens: number, maxPromptTokens: number, isEstimated = false): CompletionError {
    const note = isEstimated ? ' (estimated from its length)' : ''
    const excess = `${promptTokens} tokens > ${maxPromptTokens} maximum${note}`
    return CompletionError.promptTooLongFor(excess)
  }

  /**
   * As {@link promptTooLong}, with the text of an engine that refused the prompt. Clients recognize a prompt that is too long
   * by the first words, and shorten it.
   */
  static promptTooLongFor(text: string, cause?: unknown): CompletionError {
    const message = /prompt is too long/i.test(text) ? text : `prompt is too long: ${text}`
    return new CompletionError('prompt-too-long', message, cause === undefined ? {} : { cause })
  }
}
