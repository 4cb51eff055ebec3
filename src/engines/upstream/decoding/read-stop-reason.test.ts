import { describe, expect, it } from 'vitest'
import { readStopReason } from './read-stop-reason.ts'

describe('readStopReason', () => {
  it.each([
    ['end-of-generation', ['stop', 'STOP', 'eos', 'eos_token', 'end_turn', 'FINISH_REASON_STOP', 'COMPLETE']],
    ['max-tokens', ['length', 'max_tokens', 'MAX_TOKENS', 'maxTokens', 'max-tokens', 'model_length']],
    ['max-tokens', ['max_output_tokens', 'max_new_tokens']],
    ['context-window', ['model_context_window_exceeded']],
    ['tool-call', ['tool_calls', 'tool-calls', 'function_call', 'tool_use']],
    [
      'refusal',
      ['content_filter', 'content-filter', 'SAFETY', 'RECITATION', 'sensitive', 'PROHIBITED_CONTENT'],
    ],
  ])('reads %s', (stopReason, names) => {
    for (const name of names) expect(readStopReason(name)).toEqual({ stopReason })
  })

  it.each([
    ['server-error', ['error', 'abort', 'cancelled', 'network_error']],
    ['overloaded', ['insufficient_system_resource']],
    ['malformed-tool-call', ['MALFORMED_FUNCTION_CALL']],
  ])('reads the failure %s', (failure, names) => {
    for (const name of names) expect(readStopReason(name)).toEqual({ failure })
  })

  it.each([
    [{ stopReason: 'max-tokens' }, ['MAXTOKENS', 'length_limit', 'max_output_reached', 'output_length']],
    [{ stopReason: 'max-tokens' }, ['max_tokens_exceeded', 'repetition_truncation']],
    [{ stopReason: 'context-window' }, ['ERROR_LIMIT', 'context_limit', 'contextWindowFull']],
    [{ stopReason: 'refusal' }, ['policy_violation', 'blocked', 'safety_stop', 'CONTENT_MODERATION']],
    [{ failure: 'server-error' }, ['USER_CANCEL', 'internal_error', 'request_timed_out', 'failure']],
    [{ failure: 'overloaded' }, ['rate_limited', 'insufficient_capacity']],
    [{ failure: 'malformed-tool-call' }, ['TOO_MANY_TOOL_CALLS']],
  ])('reads %o by its words', (end, names) => {
    for (const name of names) expect(readStopReason(name), name).toEqual(end)
  })

  it('takes unknown words for an end', () => {
    for (const name of [
      'OTHER',
      'stop_token',
      'end_of_text',
      'FINISH_REASON_UNSPECIFIED',
      'x_length'.repeat(20),
    ]) {
      expect(readStopReason(name), name).toBeUndefined()
    }
  })

  it('knows no other', () => {
    expect(readStopReason('tired')).toBeUndefined()
    expect(readStopReason('')).toBeUndefined()
  })
})
