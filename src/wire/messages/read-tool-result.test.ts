import { describe, expect, it } from 'vitest'
import { blockContext } from '../../../test/block-context.ts'
import { refusal } from '../../../test/refusal.ts'
import { readToolResult } from './read-tool-result.ts'

const PLACE = 'messages.2.content.0'
const SEARCH_RESULT = { type: 'search_result', source: 'S', title: 'T', content: [] }
const PNG = { type: 'base64', media_type: 'image/png', data: 'AAAA' }

function read(content: string | unknown[] | undefined, isError?: boolean | null) {
  const block = { type: 'tool_result' as const, tool_use_id: 'c1', content, is_error: isError }
  return readToolResult(block, PLACE, blockContext())
}

describe('readToolResult', () => {
  it.each<[string | unknown[] | undefined, unknown[]]>([
    [undefined, []],
    ['', []],
    ['a', [{ type: 'text', text: 'a' }]],
    [
      [
        { type: 'text', text: '' },
        { type: 'text', text: 'a' },
      ],
      [{ type: 'text', text: 'a' }],
    ],
    [
      [{ type: 'image', source: PNG }],
      [{ type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } }],
    ],
    [
      [SEARCH_RESULT, SEARCH_RESULT],
      [
        { type: 'text', text: expect.stringMatching(/^<search_result>/) },
        { type: 'text', text: expect.stringMatching(/^<search_result>/) },
      ],
    ],
    [
      [{ type: 'document', source: { type: 'content', content: 'a' } }],
      [{ type: 'text', text: expect.stringMatching(/^<document>/) }],
    ],
    [
      [{ type: 'tool_reference', tool_name: 'get_weather', cache_control: { type: 'ephemeral' } }],
      [{ type: 'text', text: 'Found tool: get_weather' }],
    ],
    [
      [{ type: 'browser_state', tabs: [{ tab_id: 'a' }], state_changes: null }],
      [{ type: 'text', text: '<browser_state>\n{"tabs":[{"tab_id":"a"}]}\n</browser_state>\n' }],
    ],
    [
      [{ type: 'browser_state', tabs: [], state_changes: [{ type: 'tab_opened', tab_id: 'a' }] }],
      [{ type: 'text', text: expect.stringContaining('"state_changes":[{"type":"tab_opened"') }],
    ],
  ])('reads %j', (content, parts) => {
    expect(read(content)).toEqual({ type: 'tool-result', toolCallId: 'c1', parts, isError: false })
  })

  it.each([
    [undefined, false],
    [null, false],
    [false, false],
    [true, true],
  ])('with is_error %s has isError %s', (sent, isError) => {
    expect(read('a', sent)).toMatchObject({ isError })
  })

  it.each<[unknown, string]>([
    [
      { type: 'tool_use' },
      `${PLACE}.tool_result.content.1: Input tag 'tool_use' found using 'type' does not match any of the ` +
        "expected tags: 'text', 'image', 'search_result', 'document', 'tool_reference', 'browser_state'",
    ],
    [{ type: 'text' }, `${PLACE}.tool_result.content.1.text.text: Field required`],
    [
      { type: 'browser_state', tabs: {} },
      `${PLACE}.tool_result.content.1.browser_state.tabs: Input should be a valid list`,
    ],
    [
      { type: 'image', source: { type: 'file' } },
      `${PLACE}.tool_result.content.1.image.source.file.file_id: Field required`,
    ],
    [
      { type: 'document', source: { type: 'file' } },
      `${PLACE}.tool_result.content.1.document.source.file.file_id: Field required`,
    ],
  ])('refuses %j', (item, message) => {
    expect(() => read([{ type: 'text', text: 'a' }, item])).toThrow(refusal(message))
  })

  it('refuses what is wrong within a search result', () => {
    const message = `${PLACE}.tool_result.content.1.search_result.content.0: Input should be a valid dictionary or object to extract fields from`
    expect(() => read([SEARCH_RESULT, { ...SEARCH_RESULT, content: [7] }])).toThrow(refusal(message))
  })

  it.each<unknown>([
    { type: 'text', text: 'a' },
    { type: 'image', source: PNG },
    { type: 'document', source: { type: 'content', content: 'a' } },
    { type: 'tool_reference', tool_name: 'a' },
    { type: 'browser_state', tabs: [] },
    { type: 'tool_use' },
    7,
  ])('refuses search results beside %j, wherever it stands', (other) => {
    const mixes = [
      [other, SEARCH_RESULT],
      [SEARCH_RESULT, other],
      [SEARCH_RESULT, other, SEARCH_RESULT],
    ]
    for (const content of mixes) {
      const at = `${PLACE}.tool_result.content.${content.indexOf(other)}: Input should be a 'search_result' block`
      expect(() => read(content)).toThrow(at)
    }
  })
})
