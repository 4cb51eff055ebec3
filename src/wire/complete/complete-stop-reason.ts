import type { CompletionEnd } from '../../completion/completion-event.ts'
import { HUMAN_MARKER } from '../../completion/human-assistant-prompt.ts'

/** The fields that report the end of a completion. */
export interface CompleteStopReason {
  readonly stop_reason: 'stop_sequence' | 'max_tokens' | null
  /** The stop sequence that was met. Undocumented, and always sent by the real API. */
  readonly stop: string | null
}

/** The fields of every event but the last. */
export const NOT_ENDED: CompleteStopReason = { stop_reason: null, stop: null }

/**
 * The wire format has two stop reasons: a model that ends its turn is shown as having met the built-in stop sequence.
 *
 * @see the API's reference, "Completions": `stop_reason`
 */
export function completeStopReason(end: CompletionEnd): CompleteStopReason {
  switch (end.stopReason) {
    case 'max-tokens':
    case 'context-window':
      return { stop_reason: 'max_tokens', stop: null }
    case 'end-of-generation':
    // Text Completions has neither: the completion ends with the text so far.
    case 'tool-call':
    case 'refusal':
      return { stop_reason: 'stop_sequence', stop: HUMAN_MARKER }
    case 'stop-sequence':
      return { stop_reason: 'stop_sequence', stop: end.stopSequence }
  }
}
