import { describe, expect, it } from 'vitest'
import type { StopReason } from '../../../completion/completion-event.ts'
import { endedState, isCut, responseIdentity } from './response-object.ts'
import type { EchoedFields } from './responses-params.ts'

const COUNTS = { promptTokens: 7, completionTokens: 5, cacheReadTokens: 4, reasoningTokens: 2 }

describe('responseIdentity', () => {
  const identityOf = (echoed: Partial<EchoedFields>) =>
    responseIdentity({ modelId: 'm', store: false, echoed: echoed as EchoedFields, nowMs: 5_999 })

  it('repeats what was asked for, and fills in the rest', () => {
    expect(identityOf({ temperature: 0.5, user: null })).toMatchObject({
      id: expect.stringMatching(/^resp_/),
      created_at: 5,
      model: 'm',
      store: false,
      temperature: 0.5,
      user: null,
      top_p: 1,
      tools: [],
    })
  })

  it('does not repeat a long field, which three events would carry', () => {
    expect(identityOf({ instructions: 'Be brief.' }).instructions).toBe('Be brief.')
    expect(identityOf({ instructions: 'a'.repeat(1_000_000) }).instructions).toBeNull()
  })
})

describe('endedState', () => {
  it.each<[StopReason | null, string | null]>([
    ['end-of-generation', null],
    ['stop-sequence', null],
    ['tool-call', null],
    [null, null],
    ['max-tokens', 'max_output_tokens'],
    ['context-window', 'max_output_tokens'],
    ['refusal', 'content_filter'],
  ])('after %s is incomplete for the reason %s', (stopReason, reason) => {
    expect(endedState(stopReason, COUNTS)).toMatchObject({
      status: reason === null ? 'completed' : 'incomplete',
      incomplete_details: reason === null ? null : { reason },
    })
    expect(isCut(stopReason)).toBe(reason !== null)
  })

  it('counts the tokens of the prompt, the cache, the thinking and both together', () => {
    expect(endedState('end-of-generation', COUNTS).usage).toEqual({
      input_tokens: 7,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 12,
    })
  })

  it('counts no tokens for a prompt that an upstream never counted', () => {
    expect(endedState(null, { ...COUNTS, promptTokens: null }).usage).toMatchObject({
      input_tokens: 0,
      total_tokens: 5,
    })
  })
})
