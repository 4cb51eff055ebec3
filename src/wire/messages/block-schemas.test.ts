import { describe, expect, it } from 'vitest'
import { checkBody } from '../body-schema.ts'
import { BLOCK_SCHEMAS, type BlockType, TOOL_REFERENCE } from './block-schemas.ts'

const BLOCKS = {
  text: { type: 'text', text: 'a' },
  image: { type: 'image', source: 1 },
  document: { type: 'document', source: 1 },
  search_result: { type: 'search_result', source: 'a', title: 'b', content: [] },
  tool_use: { type: 'tool_use', id: 'a_1-B', name: 'n', input: {} },
  tool_result: { type: 'tool_result', tool_use_id: 'a_1-B' },
  thinking: { type: 'thinking', thinking: 'a', signature: '' },
  redacted_thinking: { type: 'redacted_thinking', data: 'a' },
} as const satisfies Record<BlockType, object>
const TYPES = Object.keys(BLOCKS) as BlockType[]

function errorOf(type: BlockType, change: object): string {
  try {
    checkBody({ ...BLOCKS[type], ...change }, BLOCK_SCHEMAS[type])
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

describe('BLOCK_SCHEMAS', () => {
  it.each(TYPES)('accepts the shortest block of type %s, and no unknown field', (type) => {
    expect(errorOf(type, {})).toBe('accepted')
    expect(errorOf(type, { foo: 1 })).toBe('foo: Extra inputs are not permitted')
  })

  it.each(TYPES.filter((type) => !type.endsWith('thinking')))(
    'accepts cache_control on %s, also as null',
    (type) => {
      expect(errorOf(type, { cache_control: null })).toBe('accepted')
      expect(errorOf(type, { cache_control: { type: 'ephemeral', ttl: '1h' } })).toBe('accepted')
      expect(errorOf(type, { cache_control: { type: 'eternal' } })).toBe(
        "cache_control.type: Input should be 'ephemeral'",
      )
    },
  )

  it.each(['thinking', 'redacted_thinking'] as const)('refuses cache_control on %s', (type) => {
    expect(errorOf(type, { cache_control: { type: 'ephemeral' } })).toBe(
      'cache_control: Extra inputs are not permitted',
    )
  })

  it.each<[BlockType, object, string]>([
    ['tool_use', { id: 'a b' }, "id: String should match pattern '^[a-zA-Z0-9_-]+$'"],
    ['tool_use', { id: '' }, "id: String should match pattern '^[a-zA-Z0-9_-]+$'"],
    ['tool_use', { name: '' }, 'name: String should have at least 1 character'],
    ['tool_use', { name: 'n'.repeat(200) }, 'accepted'],
    ['tool_use', { name: 'n'.repeat(201) }, 'name: String should have at most 200 characters'],
    ['tool_use', { input: [] }, 'input: Input should be a valid dictionary'],
    ['tool_use', { caller: { any: 1 }, toolset_name: 'a' }, 'accepted'],
    ['tool_result', { tool_use_id: 'ü' }, "tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'"],
    ['tool_result', { content: 'a', is_error: null }, 'accepted'],
    ['tool_result', { content: 7 }, 'content: Input should be a valid string or list'],
    ['tool_result', { is_error: 'yes' }, 'is_error: Input should be a valid boolean'],
    ['text', { text: 7 }, 'text: Input should be a valid string'],
    ['text', { citations: null }, 'accepted'],
    ['document', { title: null, context: null, citations: { enabled: true } }, 'accepted'],
    ['document', { citations: [] }, 'citations: Input should be a valid dictionary'],
    ['search_result', { title: null }, 'title: Input should be a valid string'],
    ['search_result', { content: 'a' }, 'content: Input should be a valid list'],
    ['thinking', { signature: null }, 'signature: Input should be a valid string'],
  ])('checks a block of type %s with %j', (type, change, message) => {
    expect(errorOf(type, change)).toBe(message)
  })
})

describe('TOOL_REFERENCE', () => {
  it('names a tool', () => {
    const reference = { type: 'tool_reference', tool_name: 'a' }
    expect(checkBody(reference, TOOL_REFERENCE)).toEqual(reference)
    expect(() => checkBody({ ...reference, tool_name: '' }, TOOL_REFERENCE)).toThrow(
      'tool_name: String should have at least 1 character',
    )
  })
})
