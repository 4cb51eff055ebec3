import { describe, expect, it } from 'vitest'
import type { StopReason } from '../../completion/completion-event.ts'
import { type MessageStopReason, messageStopReason } from './message-stop-reason.ts'

describe('messageStopReason', () => {
  it.each<[StopReason, MessageStopReason, MessageStopReason]>([
    ['end-of-generation', 'end_turn', 'end_turn'],
    ['max-tokens', 'max_tokens', 'max_tokens'],
    ['context-window', 'max_tokens', 'model_context_window_exceeded'],
    ['stop-sequence', 'stop_sequence', 'stop_sequence'],
    ['tool-call', 'tool_use', 'tool_use'],
    ['refusal', 'refusal', 'refusal'],
  ])('names %s %s, and %s for clients that know full windows', (reason, name, knowingName) => {
    expect([messageStopReason(reason, false), messageStopReason(reason, true)]).toEqual([name, knowingName])
  })
})
