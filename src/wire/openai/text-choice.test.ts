import { describe, expect, it } from 'vitest'
import type { ScoredToken } from '../../completion/scored-token.ts'
import { TextChoice } from './text-choice.ts'

const token = (text: string, change: Partial<ScoredToken> = {}): ScoredToken => ({
  text,
  bytes: null,
  logprob: -1,
  top: [],
  isControl: false,
  ...change,
})

describe('TextChoice', () => {
  it('begins with the text of its prompt where that is repeated', () => {
    const choice = new TextChoice(1, { echoes: ['a', 'Once'], topLogprobs: null })
    choice.add({ type: 'text-delta', text: ' upon', completionTokens: 1 })
    expect(choice.take()).toEqual({ text: 'Once upon', index: 1, logprobs: null, finish_reason: null })
    choice.add({ type: 'completion-end', stopReason: 'max-tokens', stopSequence: null })
    expect(choice.take()).toEqual({ text: '', index: 1, logprobs: null, finish_reason: 'length' })
  })

  it('decodes the text of a prompt of tokens, without control tokens', () => {
    const choice = new TextChoice(0, { echoes: [''], topLogprobs: 0 })
    const tokens = [
      token('<s>', { isControl: true, logprob: null }),
      token('\ufffd', { bytes: [0xe2] }),
      token('\ufffd', { bytes: [0x82, 0xac] }),
      token('5'),
    ]
    expect(choice.add({ type: 'prompt-tokens', tokens })).toBe(true)
    expect(choice.take()).toMatchObject({ text: '€5', logprobs: { token_logprobs: [null, -1, -1, -1] } })
  })

  it('shows the scores of a text beside it, and has nothing to show for scores alone', () => {
    const choice = new TextChoice(0, { echoes: [], topLogprobs: 0 })
    expect(choice.add({ type: 'completion-tokens', tokens: [token('Hi'), token(' you')] })).toBe(false)
    expect(choice.add({ type: 'text-delta', text: '', completionTokens: 0 })).toBe(false)
    expect(choice.add({ type: 'text-delta', text: 'Hi', completionTokens: 1 })).toBe(true)
    expect(choice.take()).toMatchObject({ text: 'Hi', logprobs: { tokens: ['Hi'] } })
  })
})
