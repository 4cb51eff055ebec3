import { describe, expect, it } from 'vitest'
import { openAiUsage } from './openai-usage.ts'

describe('openAiUsage', () => {
  it.each([
    [9, 2, { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }],
    [null, 2, { prompt_tokens: 0, completion_tokens: 2, total_tokens: 2 }],
  ])('of %s prompt tokens and %s others', (promptTokens, completionTokens, usage) => {
    expect(openAiUsage({ promptTokens, completionTokens })).toEqual(usage)
  })
  it('shows what an engine charged as cached', () => {
    expect(openAiUsage({ promptTokens: 9, completionTokens: 2, cacheReadTokens: 4 })).toMatchObject({
      prompt_tokens: 9,
      prompt_tokens_details: { cached_tokens: 4 },
    })
  })
})
