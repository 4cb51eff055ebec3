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
 * How Messages names the end of a completion.
 *
 * @param knowsFullWindow whether the caller asked, by a beta, to be told a full context window apart from his own limit;
 *   clients without it do not know the name
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
