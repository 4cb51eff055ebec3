import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { DEFAULT_API_RULES } from '../api-rules.ts'
import { CLIENT_TOOLS } from './client-tools.ts'
import { readTools } from './read-tools.ts'
import { TOOLSETS } from './toolsets.ts'

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

  const SCREEN = { display_width_px: 1024, display_height_px: 768 }
  const actionsOf = (type: string, more = {}) => {
    const [tool] = read({ type, name: 'computer', ...SCREEN, ...more })
    return tool?.block.inputSchema.properties as { action: { enum: string[] }; region?: object }
  }

  it('reads the computer tools, with the screen in the description', () => {
    const [tool] = read({ type: 'computer_20250124', name: 'computer', ...SCREEN, display_number: 1 })
    expect(tool?.block.description).toContain('1024 pixels wide and 768 pixels high. It is display 1.')
    expect(actionsOf('computer_20241022').action.enum).not.toContain('scroll')
    expect(actionsOf('computer_20250124').action.enum).toContain('scroll')
    expect(actionsOf('computer_20251124').action.enum).not.toContain('zoom')
    const zooming = actionsOf('computer_20251124', { enable_zoom: true })
    expect([zooming.action.enum.at(-1), zooming.region]).toEqual(['zoom', expect.any(Object)])
  })

  it('offers the members of a toolset that are on, the last one with the breakpoint', () => {
    const cache_control = { type: 'ephemeral' }
    const computer = read({ type: 'computer_toolset_20260801', cache_control })
    expect(computer).toHaveLength(17)
    expect(computer.map(({ block }) => block.toolset)).toEqual(Array(17).fill('computer'))
    expect(computer.map(({ cacheTtl }) => cacheTtl)).toEqual([...Array(16).fill(null), '5m'])
    const browser = read({
      type: 'browser_toolset_20260801',
      configs: { javascript_exec: { enabled: true }, screenshot: { enabled: false }, find: null, zoom: {} },
    }).map(({ block }) => block.name)
    expect(browser).toHaveLength(27)
    expect(browser).toEqual(expect.arrayContaining(['javascript_exec', 'find', 'zoom']))
    expect(browser).not.toEqual(expect.arrayContaining(['screenshot']))
    expect(browser).not.toEqual(expect.arrayContaining(['file_upload']))
  })

  it('requires of the members of a toolset only what their schemas have', () => {
    for (const { members } of TOOLSETS.values()) {
      for (const { inputSchema } of members) {
        expect(Object.keys(inputSchema.properties as object)).toEqual(
          expect.arrayContaining(inputSchema.required as string[]),
        )
      }
    }
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
      { type: 'computer_20250124', name: 'computer', display_width_px: 0, display_height_px: 1 },
      'tools.1.computer_20250124.display_width_px: Input should be greater than or equal to 1',
    ],
    [
      {
        type: 'computer_20250124',
        name: 'computer',
        ...{ display_width_px: 1, display_height_px: 1 },
        enable_zoom: true,
      },
      'tools.1.computer_20250124.enable_zoom: Extra inputs are not permitted',
    ],
    [
      { type: 'computer_toolset_20260801', configs: { look: {} } },
      'tools.1.computer_toolset_20260801.configs.look: Extra inputs are not permitted',
    ],
    [
      { type: 'browser_toolset_20260801', configs: { zoom: { enabled: 1 } } },
      'tools.1.browser_toolset_20260801.configs.zoom.enabled: Input should be a valid boolean',
    ],
    [
      { type: 'bash_20250124', name: 'bash', input_schema: {} },
      'tools.1.bash_20250124.input_schema: Extra inputs are not permitted',
    ],
  ])('refuses %j', (tool, message) => {
    expect(() => read(OK, tool)).toThrow(refusal(message))
  })
})
