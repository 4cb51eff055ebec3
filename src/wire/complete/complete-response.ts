import { type ApiVersion, isFirstVersion } from '../api-version.ts'
import { newCompletionId, newHexLogId } from '../completion-id.ts'
import type { CompleteStopReason } from './complete-stop-reason.ts'

/** The fields that all bodies of one response share. */
export interface CompletionIdentity {
  readonly version: ApiVersion
  /** `compl_…`, or 32 hexadecimal digits in the first version. */
  readonly id: string
  /** The resolved model id. */
  readonly modelId: string
}

export function newCompletionIdentity(version: ApiVersion, modelId: string): CompletionIdentity {
  return { version, modelId, id: isFirstVersion(version) ? newHexLogId() : newCompletionId() }
}

/**
 * The body of a response, or of one event of a stream, with the keys in the real API's order.
 *
 * @param completion the text; in a stream of the first version the whole text so far
 * @see the API's reference, "Completions": the response; "Versions" for what the first version had besides
 */
export function completeResponse(
  identity: CompletionIdentity,
  completion: string,
  ending: CompleteStopReason,
): object {
  const { id, modelId: model } = identity
  const { stop_reason, stop } = ending
  if (isFirstVersion(identity.version)) {
    return { completion, stop, stop_reason, truncated: false, log_id: id, model, exception: null }
  }
  return { type: 'completion', id, completion, stop_reason, model, stop, log_id: id }
}
