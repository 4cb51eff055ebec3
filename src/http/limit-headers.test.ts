import { describe, expect, it } from 'vitest'
import { limitHeaders } from './limit-headers.ts'

const AT_MS = Date.UTC(2026, 10, 30, 12, 0, 0, 1)

describe('limitHeaders', () => {
  it('names every measure as the Claude API does, with tokens in thousands', () => {
    expect(
      limitHeaders(
        {
          requests: { limit: 50, remaining: 49, fullAtMs: AT_MS },
          inputTokens: { limit: 30_000, remaining: 29_499, fullAtMs: AT_MS },
          outputTokens: { limit: 8_000, remaining: 7_999, fullAtMs: AT_MS + 1_000 },
          tokens: { limit: 38_000, remaining: 37_500, fullAtMs: AT_MS },
          priorityInputTokens: { limit: 10_000, remaining: 10_000, fullAtMs: AT_MS },
          priorityOutputTokens: { limit: 10, remaining: 0, fullAtMs: AT_MS },
        },
        'claude',
      ),
    ).toEqual({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-11-30T12:00:01Z',
      'anthropic-ratelimit-input-tokens-limit': '30000',
      'anthropic-ratelimit-input-tokens-remaining': '29000',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-30T12:00:01Z',
      'anthropic-ratelimit-output-tokens-limit': '8000',
      'anthropic-ratelimit-output-tokens-remaining': '7999',
      'anthropic-ratelimit-output-tokens-reset': '2026-11-30T12:00:02Z',
      'anthropic-ratelimit-tokens-limit': '38000',
      'anthropic-ratelimit-tokens-remaining': '38000',
      'anthropic-ratelimit-tokens-reset': '2026-11-30T12:00:01Z',
      'anthropic-priority-input-tokens-limit': '10000',
      'anthropic-priority-input-tokens-remaining': '10000',
      'anthropic-priority-input-tokens-reset': '2026-11-30T12:00:01Z',
      'anthropic-priority-output-tokens-limit': '10',
      'anthropic-priority-output-tokens-remaining': '0',
      'anthropic-priority-output-tokens-reset': '2026-11-30T12:00:01Z',
    })
  })

  it('writes how long it takes for OpenAI’s clients', () => {
    const resetIn = (ms: number) =>
      limitHeaders({ requests: { limit: 1, remaining: 0, fullAtMs: Date.now() + ms } }, 'openai')[
        'x-ratelimit-reset-requests'
      ]
    expect(resetIn(-5)).toBe('0ms')
    expect(resetIn(500)).toMatch(/^(49\d|500)ms$/)
    expect(resetIn(30_000)).toMatch(/^(30|29\.9\d?)s$/)
    expect(resetIn(360_000)).toMatch(/^(6m0s|5m60s)$/)
  })

  it('has nothing for limits that do not exist', () => {
    expect(limitHeaders({}, 'claude')).toEqual({})
    expect(limitHeaders({}, 'openai')).toEqual({})
  })
})
