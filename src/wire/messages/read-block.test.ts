import { describe, expect, it } from 'vitest'
import { type BlockContextChange, blockContext, signatures } from '../../../test/block-context.ts'
import { refusal } from '../../../test/refusal.ts'
import { cacheTtl, readBlock } from './read-block.ts'

const PLACE = 'messages.0.content.0'
const PNG = { type: 'base64', media_type: 'image/png', data: 'AAAA' }
const NEW_STRICT: BlockContextChange = { version: '2026-10-21', rules: { strictVersions: true } }
const DOCUMENT = { type: 'document', source: { type: 'content', content: 'a' } }
const CALL = { type: 'tool_use', id: 'c1', name: 't', input: { a: 1 } }
const THINKING = { type: 'thinking', thinking: 'a', signature: signatures.sign('m', 'a') }

const read = (value: unknown, role: 'user' | 'assistant' = 'user', change?: BlockContextChange) =>
  readBlock(value, role, PLACE, blockContext(change))

describe('readBlock', () => {
  it.each<['user' | 'assistant', object, unknown[]]>([
    ['user', { type: 'text', text: 'a' }, [{ type: 'text', text: 'a' }]],
    ['assistant', { type: 'text', text: 'a', citations: [{}] }, [{ type: 'text', text: 'a' }]],
    [
      'user',
      { type: 'image', source: PNG, transformations: [] },
      [{ type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } }],
    ],
    ['user', DOCUMENT, [{ type: 'text', text: expect.stringMatching(/^<document>/) }]],
    ['assistant', DOCUMENT, [{ type: 'text', text: expect.stringMatching(/^<document>/) }]],
    [
      'user',
      { type: 'search_result', source: 'S', title: 'T', content: [] },
      [{ type: 'text', text: expect.stringMatching(/^<search_result>/) }],
    ],
    [
      'assistant',
      { ...CALL, caller: {}, toolset_name: 's' },
      [{ type: 'tool-call', id: 'c1', name: 't', input: { a: 1 } }],
    ],
    [
      'user',
      { type: 'tool_result', tool_use_id: 'c1' },
      [{ type: 'tool-result', toolCallId: 'c1', parts: [], isError: false }],
    ],
    ['assistant', THINKING, [{ type: 'thinking', text: 'a', signature: null }]],
    [
      'assistant',
      { type: 'redacted_thinking', data: 'x' },
      [{ type: 'thinking', text: '', signature: 'redacted_thinking:x' }],
    ],
    ['assistant', { type: 'server_tool_use', anything: 1 }, []],
    ['user', { type: 'mcp_tool_result' }, []],
  ])('reads in %s turns %j', (role, value, parts) => {
    expect(read(value, role).map(({ block }) => block)).toEqual(parts)
  })

  it.each([
    [[{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }], undefined, '5m'],
    [[{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }], undefined, '1h'],
    [[{ type: 'text', text: 'a' }], { type: 'ephemeral' }, '5m'],
    [[{ type: 'text', text: 'a', cache_control: null }], undefined, null],
    ['a', undefined, null],
  ])('puts the cache_control within a tool result on the result: %j', (content, own, expected) => {
    const control = own === undefined ? {} : { cache_control: own }
    const [part] = read({ type: 'tool_result', tool_use_id: 'c1', content, ...control })
    expect(part?.cacheTtl).toBe(expected)
  })

  it('puts the cache_control of a document on its last part', () => {
    const source = { type: 'content', content: [{ type: 'image', source: PNG }] }
    const parts = read({ type: 'document', source, cache_control: { type: 'ephemeral' } })
    expect(parts.map(({ cacheTtl }) => cacheTtl)).toEqual([null, null, '5m'])
  })

  const wrongRole = (type: string, role: string) =>
    `${PLACE}: \`${type}\` blocks can only be in \`${role}\` messages`
  it.each<['user' | 'assistant', unknown, string]>([
    ['user', 'a', `${PLACE}: Input should be a valid dictionary or object to extract fields from`],
    ['user', { type: 'text' }, `${PLACE}.text.text: Field required`],
    ['user', { type: 'text', text: '' }, 'messages: text content blocks must be non-empty'],
    ['user', { type: 'text', text: 'a', x: 1 }, `${PLACE}.text.x: Extra inputs are not permitted`],
    ['user', CALL, wrongRole('tool_use', 'assistant')],
    ['user', THINKING, wrongRole('thinking', 'assistant')],
    ['user', { type: 'redacted_thinking', data: 'x' }, wrongRole('redacted_thinking', 'assistant')],
    ['assistant', { type: 'image', source: PNG }, wrongRole('image', 'user')],
    ['assistant', { type: 'tool_result', tool_use_id: 'c1' }, wrongRole('tool_result', 'user')],
    [
      'assistant',
      { type: 'search_result', source: 'S', title: 'T', content: [] },
      wrongRole('search_result', 'user'),
    ],
    [
      'assistant',
      { ...CALL, id: 'two words' },
      `${PLACE}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`,
    ],
    ['assistant', { ...CALL, name: '' }, `${PLACE}.tool_use.name: String should have at least 1 character`],
    [
      'assistant',
      { ...CALL, name: 'x'.repeat(201) },
      `${PLACE}.tool_use.name: String should have at most 200 characters`,
    ],
    ['assistant', { ...CALL, input: '{}' }, `${PLACE}.tool_use.input: Input should be a valid dictionary`],
    [
      'assistant',
      { ...THINKING, signature: null },
      `${PLACE}.thinking.signature: Input should be a valid string`,
    ],
    ['assistant', { type: 'redacted_thinking' }, `${PLACE}.redacted_thinking.data: Field required`],
    [
      'user',
      { type: 'tool_result', tool_use_id: 'a.b' },
      `${PLACE}.tool_result.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'`,
    ],
    [
      'user',
      { type: 'tool_result', tool_use_id: 'c1', content: 7 },
      `${PLACE}.tool_result.content: Input should be a valid string or list`,
    ],
    [
      'user',
      { type: 'text', text: 'a', cache_control: { type: 'persistent' } },
      `${PLACE}.text.cache_control.type: Input should be 'ephemeral'`,
    ],
    [
      'user',
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '2h' } },
      `${PLACE}.text.cache_control.ttl: Input should be '5m' or '1h'`,
    ],
    [
      'user',
      { type: 'text', text: 'a', cache_control: true },
      `${PLACE}.text.cache_control: Input should be a valid dictionary`,
    ],
    [
      'user',
      { ...DOCUMENT, citations: { enabled: 1 } },
      `${PLACE}.document.citations.enabled: Input should be a valid boolean`,
    ],
    [
      'user',
      { type: 'search_result', source: 'S', title: 'T', content: 'a' },
      `${PLACE}.search_result.content: Input should be a valid list`,
    ],
  ])('refuses in %s turns %j', (role, value, message) => {
    expect(() => read(value, role)).toThrow(refusal(message))
  })

  it('refuses blocks of server tools under the rule refuseServerBlocks', () => {
    expect(() =>
      read({ type: 'mcp_tool_use' }, 'assistant', { rules: { refuseServerBlocks: true } }),
    ).toThrow(refusal(`${PLACE}: 'mcp_tool_use' blocks are not available on this server.`))
  })

  it.each<['user' | 'assistant', object, string]>([
    ['assistant', DOCUMENT, wrongRole('document', 'user')],
    [
      'user',
      { type: 'text', text: 'a', citations: [{}] },
      `${PLACE}.text.citations: Extra inputs are not permitted`,
    ],
  ])(
    'refuses in %s turns, in version 2026-10-21 under the rule strictVersions, %j',
    (role, value, message) => {
      expect(() => read(value, role, NEW_STRICT)).toThrow(refusal(message))
      expect(read(value, role, { ...NEW_STRICT, version: '2023-06-01' })).toHaveLength(1)
      expect(read(value, role, { version: '2026-10-21' })).toHaveLength(1)
    },
  )

  it.each<['user' | 'assistant', object]>([
    ['user', DOCUMENT],
    ['user', { type: 'text', text: 'a', citations: [] }],
    ['user', { type: 'text', text: 'a', citations: null }],
    ['assistant', { type: 'text', text: 'a', citations: [{}] }],
  ])('still reads in %s turns, in version 2026-10-21 under the rule strictVersions, %j', (role, value) => {
    expect(read(value, role, NEW_STRICT)).toHaveLength(1)
  })
})

describe('cacheTtl', () => {
  it.each<[Parameters<typeof cacheTtl>[0], '5m' | '1h' | null]>([
    [undefined, null],
    [null, null],
    [{}, '5m'],
    [{ ttl: '5m' }, '5m'],
    [{ ttl: '1h' }, '1h'],
  ])('of %j is %s', (control, ttl) => {
    expect(cacheTtl(control)).toBe(ttl)
  })
})
