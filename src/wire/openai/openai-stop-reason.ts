import type { StopReason } from '../../completion/completion-event.ts'

const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  'end-of-generation': 'stop',
  'stop-sequence': 'stop',
  'max-tokens': 'length',
  'context-window': 'length',
  'tool-call': 'tool_calls',
  refusal: 'content_filter',
}

/** `finish_reason`, in OpenAI's words. */
export function openAiStopReason(stopReason: StopReason): string {
  return STOP_REASONS[stopReason]
}
