import { describe, expect, it } from 'vitest'
import type { ScoredToken } from '../../completion/scored-token.ts'
import { TextLogprobsWriter } from './text-logprobs.ts'

const token = (text: string, change: Partial<ScoredToken> = {}): ScoredToken => ({
  text,
  bytes: null,
  logprob: -1,
  top: [],
  isControl: false,
  ...change,
})

describe('TextLogprobsWriter', () => {
  it('continues its offsets in later writes', () => {
    const writer = new TextLogprobsWriter(0)
    expect(writer.write([token('Hello'), token(' you')])).toEqual({
      tokens: ['Hello', ' you'],
      token_logprobs: [-1, -1],
      top_logprobs: null,
      text_offset: [0, 5],
    })
    expect(writer.write([token('!')]).text_offset).toEqual([9])
  })

  it('adds the token itself to the likeliest, once', () => {
    const top = [{ text: 'b', bytes: null, logprob: -0.5 }]
    const itself = { text: 'a', bytes: null, logprob: -1 }
    const { top_logprobs } = new TextLogprobsWriter(1).write([
      token('a', { top }),
      token('a', { top: [...top, itself] }),
    ])
    expect(top_logprobs).toEqual([
      { b: -0.5, a: -1 },
      { b: -0.5, a: -1 },
    ])
  })

  it('writes bytes that are no whole character, and nothing for a token that nothing predicts', () => {
    const written = new TextLogprobsWriter(1).write([
      token('Hi', { logprob: null }),
      token('\ufffd', { bytes: [0xe2, 0x82] }),
    ])
    expect(written).toMatchObject({
      tokens: ['Hi', 'bytes:\\xe2\\x82'],
      token_logprobs: [null, -1],
      top_logprobs: [null, { 'bytes:\\xe2\\x82': -1 }],
    })
  })
})
