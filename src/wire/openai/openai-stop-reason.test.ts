import { describe, expect, it } from 'vitest'
import type { StopReason } from '../../completion/completion-event.ts'
import { openAiStopReason } from './openai-stop-reason.ts'

describe('openAiStopReason', () => {
  it.each<[StopReason, string]>([
    ['end-of-generation', 'stop'],
    ['stop-sequence', 'stop'],
    ['max-tokens', 'length'],
    ['context-window', 'length'],
    ['tool-call', 'tool_calls'],
    ['refusal', 'content_filter'],
  ])('names %s %s', (stopReason, name) => {
    expect(openAiStopReason(stopReason)).toBe(name)
  })
})
