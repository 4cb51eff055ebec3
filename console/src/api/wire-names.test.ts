import { describe, expect, it } from 'vitest'
import { fromWire, ownName, toWire, wireName } from './wire-names.ts'

describe('names', () => {
  it.each([
    ['created_at', 'createdAt'],
    ['id', 'id'],
    ['ephemeral_5m_input_tokens', 'ephemeral5mInputTokens'],
    ['cache_write_1h', 'cacheWrite1h'],
  ])('%s is %s', (wire, own) => {
    expect(ownName(wire)).toBe(own)
    expect(wireName(own)).toBe(wire)
  })

  it('leaves what is no word of the API', () => {
    for (const name of ['claude-2.1', 'My_Model', '_x', 'a__b', '']) expect(ownName(name)).toBe(name)
  })
})

it('renames however deep, and values never', () => {
  const wire = { next_page: null, data: [{ api_key_id: 'api_key_id', sums: [{ total_tokens: 1 }] }] }
  const own = { nextPage: null, data: [{ apiKeyId: 'api_key_id', sums: [{ totalTokens: 1 }] }] }
  expect(fromWire(wire)).toEqual(own)
  expect(toWire(own)).toEqual(wire)
})
