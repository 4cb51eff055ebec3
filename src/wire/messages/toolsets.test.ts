import { describe, expect, it } from 'vitest'
import { TOOLSETS } from './toolsets.ts'

const membersOf = (type: string) => TOOLSETS.get(type)?.members ?? []

describe('TOOLSETS', () => {
  it('are named in calls by what they work on', () => {
    expect([...TOOLSETS].map(([type, { name }]) => [type, name])).toEqual([
      ['computer_toolset_20260801', 'computer'],
      ['browser_toolset_20260801', 'browser'],
    ])
  })

  it('offer all tools of a computer, and those of a browser that change nothing beyond its pages', () => {
    const offIn = (type: string) =>
      membersOf(type)
        .filter(({ isEnabled }) => !isEnabled)
        .map(({ name }) => name)
    expect(offIn('computer_toolset_20260801')).toEqual([])
    expect(offIn('browser_toolset_20260801')).toEqual([
      'javascript_exec',
      'file_upload',
      'read_console',
      'read_network',
    ])
  })

  it.each([...TOOLSETS.keys()])('require only inputs that the tools of %s have', (type) => {
    for (const { name, inputSchema } of membersOf(type)) {
      const { properties, required } = inputSchema as { properties: object; required: string[] }
      expect(Object.keys(properties), name).toEqual(expect.arrayContaining(required))
    }
  })

  it.each([
    ['browser_toolset_20260801', 'navigate', ['url'], ['url', 'tab_id']],
    ['browser_toolset_20260801', 'left_click', ['target'], ['target', 'modifiers', 'tab_id']],
    ['browser_toolset_20260801', 'new_tab', [], []],
    ['browser_toolset_20260801', 'read_page', [], ['filter', 'depth', 'ref', 'tab_id']],
    ['computer_toolset_20260801', 'left_click', [], ['coordinate', 'text']],
    ['computer_toolset_20260801', 'screenshot', [], []],
  ])('of %s: %s requires %j of %j', (type, name, required, properties) => {
    const schema = membersOf(type).find((member) => member.name === name)?.inputSchema
    expect(schema).toMatchObject({ type: 'object', required })
    expect(Object.keys((schema?.properties ?? {}) as object)).toEqual(properties)
  })
})
