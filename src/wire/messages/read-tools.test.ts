import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { DEFAULT_API_RULES } from '../api-rules.ts'
import { CLIENT_TOOLS } from './client-tools.ts'
import { readTools } from './read-tools.ts'

const OK = { name: 'look', input_schema: { type: 'object' } }
const read = (...values: unknown[]) => readTools(values, DEFAULT_API_RULES)

describe('readTools', () => {
  it('reads a custom tool, with defaults for what is left out', () => {
    const block = { name: 'look', description: null, inputSchema: { type: 'object' }, isStrict: false }
    for (const tool of [OK, { ...OK, type: 'custom' }]) {
      expect(read(tool)).toEqual([{ block, cacheTtl: null }])
    }
  })

  it('reads description, strict and cache_control, and ignores what newer clients send', () => {
    const tool = {
      ...OK,
      description: 'Looks.',
      strict: true,
      cache_control: { type: 'ephemeral', ttl: '1h' },
      defer_loading: true,
      allowed_callers: [],
      eager_input_streaming: true,
      input_examples: [],
    }
    expect(read(tool)).toEqual([
      {
        block: { name: 'look', description: 'Looks.', inputSchema: { type: 'object' }, isStrict: true },
        cacheTtl: '1h',
      },
    ])
  })

  it('reads a tool that the API defines', () => {
    const bash = {
      type: 'bash_20250124',
      name: 'bash',
      strict: true,
      max_characters: null,
      cache_control: { type: 'ephemeral' },
    }
    expect(read(bash)).toEqual([
      { block: { ...CLIENT_TOOLS.get('bash_20250124'), isStrict: true }, cacheTtl: '5m' },
    ])
  })

  it('reads strict tools as others under the rule ignoreStrictTools', () => {
    const [tool] = readTools([{ ...OK, strict: true }], { ...DEFAULT_API_RULES, ignoreStrictTools: true })
    expect(tool?.block.isStrict).toBe(false)
  })

  it('leaves server tools out under the rule ignoreServerTools', () => {
    const server = { type: 'web_search_20250305', name: 'web_search' }
    const tools = readTools([server, OK], { ...DEFAULT_API_RULES, ignoreServerTools: true })
    expect(tools.map(({ block }) => block.name)).toEqual(['look'])
  })

  it.each<[unknown, string]>([
    [{ input_schema: {} }, 'tools.1.custom.name: Field required'],
    [
      { ...OK, name: 'two words' },
      "tools.1.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    [
      { ...OK, name: 'x'.repeat(129) },
      "tools.1.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    [{ name: 'a' }, 'tools.1.custom.input_schema: Field required'],
    [{ name: 'a', input_schema: [] }, 'tools.1.custom.input_schema: Input should be a valid dictionary'],
    [{ name: 'a', input_schema: {} }, 'tools.1.custom.input_schema.type: Field required'],
    [
      { name: 'a', input_schema: { type: 'array' } },
      "tools.1.custom.input_schema.type: Input should be 'object'",
    ],
    [{ ...OK, name: 'a', strict: 1 }, 'tools.1.custom.strict: Input should be a valid boolean'],
    [{ ...OK, name: 'a', colour: 1 }, 'tools.1.custom.colour: Extra inputs are not permitted'],
    [OK, 'tools: Tool names must be unique.'],
    [
      { type: 'web_search_20250305', name: 'web_search' },
      "tools.1: Server tool 'web_search_20250305' is not available on this server. Define a client tool instead.",
    ],
    [
      { type: 'x'.repeat(101) },
      `tools.1: Server tool '${'x'.repeat(100)}' is not available on this server. Define a client tool instead.`,
    ],
    [{ type: 'bash_20250124', name: 'shell' }, "tools.1.bash_20250124.name: Input should be 'bash'"],
    [
      { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 0 },
      'tools.1.text_editor_20250728.max_characters: Input should be greater than or equal to 1',
    ],
    [
      { type: 'bash_20250124', name: 'bash', input_schema: {} },
      'tools.1.bash_20250124.input_schema: Extra inputs are not permitted',
    ],
  ])('refuses %j', (tool, message) => {
    expect(() => read(OK, tool)).toThrow(refusal(message))
  })
})
