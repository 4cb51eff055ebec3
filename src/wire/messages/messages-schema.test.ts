import { describe, expect, it } from 'vitest'
import { checkBody, MAX_MESSAGES, MAX_TOOLS } from '../body-schema.ts'
import { COUNT_TOKENS_SCHEMA, MESSAGES_SCHEMA } from './messages-schema.ts'

const OK = { model: 'm', messages: [], max_tokens: 1 }
const PROMPT = { model: 'm', messages: [] }

function errorOf(change: object, schema = MESSAGES_SCHEMA): string {
  try {
    checkBody({ ...OK, ...change }, schema)
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

describe('MESSAGES_SCHEMA', () => {
  it('requires a model, messages and a number of tokens, in this order', () => {
    const without: Record<string, unknown> = { foo: 1 }
    for (const field of ['model', 'messages', 'max_tokens'] as const) {
      expect(() => checkBody(without, MESSAGES_SCHEMA)).toThrow(`${field}: Field required`)
      without[field] = OK[field]
    }
    expect(() => checkBody(without, MESSAGES_SCHEMA)).toThrow('foo: Extra inputs are not permitted')
  })

  it.each([
    'system',
    'tools',
    'tool_choice',
    'thinking',
    'output_format',
    'output_config',
    'context_management',
    'mcp_servers',
    'cache_control',
    'stop_sequences',
    'stream',
    'temperature',
    'top_p',
    'top_k',
    'metadata',
    'service_tier',
  ])('takes null for %s as if it were absent', (field) => {
    expect(errorOf({ [field]: null })).toBe('accepted')
  })

  it.each(['model', 'messages', 'max_tokens'])('refuses null for %s', (field) => {
    expect(errorOf({ [field]: null })).toMatch(new RegExp(`^${field}: Input should be a valid `))
  })

  it.each([
    'inference_geo',
    'user_profile_id',
    'speed',
    'fallbacks',
    'fallback_credit_token',
    'diagnostics',
    'workspace_id',
    'billing_policy',
    'compaction',
    'thread',
    'container',
  ])('accepts anything for %s', (field) => {
    expect(errorOf({ [field]: { any: [1] } })).toBe('accepted')
  })

  it.each([
    [{ max_tokens: 0 }, 'accepted'],
    [{ max_tokens: -1 }, 'max_tokens: Input should be greater than or equal to 0'],
    [{ max_tokens: 1.5 }, 'max_tokens: Input should be a valid integer, got a number with a fractional part'],
    [{ temperature: 1.01 }, 'temperature: range: 0..1'],
    [{ top_p: -1, top_k: -1 }, 'accepted'],
    [{ stop_sequences: ['a', ' \n'] }, 'stop_sequences: each stop sequence must contain non-whitespace'],
    [{ stream: 'true' }, 'stream: Input should be a valid boolean'],
    [{ service_tier: 'fast' }, "service_tier: Input should be 'auto' or 'standard_only'"],
    [{ output_config: { effort: 'most' } }, /^output_config\.effort: Input should be 'low', 'medium'/],
    [
      { output_config: { format: { type: 'json' } } },
      /^output_config\.format\.type: Input should be 'json_schema'/,
    ],
    [
      { output_format: { type: 'json_schema', schema: [] } },
      /^output_format\.schema: Input should be a valid dictionary/,
    ],
    [{ output_config: 'high' }, 'output_config: Input should be a valid dictionary'],
    [{ system: 7 }, 'system: Input should be a valid string or list'],
    [{ cache_control: { type: 'ephemeral', ttl: '2h' } }, "cache_control.ttl: Input should be '5m' or '1h'"],
    [{ metadata: { foo: 1 } }, 'metadata.foo: Extra inputs are not permitted'],
  ])('checks %j', (change, message) => {
    expect(errorOf(change)).toEqual(message instanceof RegExp ? expect.stringMatching(message) : message)
  })

  it('bounds the numbers of messages and of tools', () => {
    expect(errorOf({ messages: Array(MAX_MESSAGES).fill(0) })).toBe('accepted')
    expect(errorOf({ messages: Array(MAX_MESSAGES + 1).fill(0) })).toBe(
      'messages: List should have at most 100000 items',
    )
    expect(errorOf({ tools: Array(MAX_TOOLS).fill(0) })).toBe('accepted')
    expect(errorOf({ tools: Array(MAX_TOOLS + 1).fill(0) })).toBe(
      'tools: List should have at most 10000 items',
    )
  })
})

describe('COUNT_TOKENS_SCHEMA', () => {
  it('has the fields of the prompt alone', () => {
    expect(() => checkBody({ ...PROMPT, system: 'a', tools: [] }, COUNT_TOKENS_SCHEMA)).not.toThrow()
    for (const field of ['max_tokens', 'stream', 'temperature', 'stop_sequences', 'metadata'])
      expect(() => checkBody({ ...PROMPT, [field]: 1 }, COUNT_TOKENS_SCHEMA)).toThrow(
        `${field}: Extra inputs are not permitted`,
      )
  })
})
