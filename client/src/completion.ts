import type { Model } from './model.ts'

/** Why a completion ended. The named ones are those of the API's reference. */
export type StopReason = 'stop_sequence' | 'max_tokens' | (string & {})

/**
 * The response to a completion request, or one event of its stream. In a stream `completion` is only the text that is
 * new, and all of them joined are the whole text.
 *
 * @see the API's reference, Completions
 */
export interface Completion {
  /** The same in every event of one stream. */
  id: string
  /** What the model added to the prompt, without the stop sequence. It usually begins with a space. */
  completion: string
  /** The resolved id of the model, never an alias. */
  model: Model
  /**
   * `stop_sequence`: the model ended its turn, or one of the request's stop sequences came up.
   * `max_tokens`: `max_tokens_to_sample`, or the model's own limit, was reached.
   * Null in every event of a stream but the last.
   */
  stop_reason: StopReason | null
  type: 'completion'
  /** The stop sequence that came up, else null. Servers send it, though the reference does not name it. */
  stop?: string | null
  /** The same as `id`. Servers send it, though the reference does not name it. */
  log_id?: string
}
