import type { StopReason } from '../../completion/completion-event.ts'

/** `stop_reason` of a message. */
export type MessageStopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'stop_sequence'
  | 'tool_use'
  | 'refusal'
  | 'model_context_window_exceeded'

/**
 * `stop_reason` for the end of a completion.
 *
 * @param knowsFullWindow whether the client asked, by a beta, to distinguish a full context window from `max_tokens`;
 *   other clients do not know the name
 * @see the API's reference, "Messages": `stop_reason`
 */
export function messageStopReason(stopReason: StopReason, knowsFullWindow: boolean): MessageStopReason {
  switch (stopReason) {
    case 'end-of-generation':
      return 'end_turn'
    case 'max-tokens':
      return 'max_tokens'
    case 'context-window':
      return knowsFullWindow ? 'model_context_window_exceeded' : 'max_tokens'
    case 'stop-sequence':
      return 'stop_sequence'
    case 'tool-call':
      return 'tool_use'
    case 'refusal':
      return 'refusal'
  }
}
