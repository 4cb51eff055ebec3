import { describe, expect, it } from 'vitest'
import { finalUsage, messageUsage } from './message-usage.ts'

const INPUT = { inputTokens: 1, cacheReadTokens: 20, cacheWrite5mTokens: 300, cacheWrite1hTokens: 4000 }

describe('messageUsage', () => {
  it('adds up both kinds of cache writes, and reports each', () => {
    expect(JSON.stringify(messageUsage(INPUT, 5, 'standard'))).toBe(
      '{"input_tokens":1,"cache_creation_input_tokens":4300,"cache_read_input_tokens":20,' +
        '"cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":4000},' +
        '"output_tokens":5,"service_tier":"standard"}',
    )
  })
})

describe('finalUsage', () => {
  it('reports totals only', () => {
    expect(JSON.stringify(finalUsage(INPUT, 5))).toBe(
      '{"input_tokens":1,"cache_creation_input_tokens":4300,"cache_read_input_tokens":20,"output_tokens":5}',
    )
  })
})
