import { describe, expect, it } from 'vitest'
import { COMPUTER_TOOLS, computerTool } from './computer-tool.ts'

const SCREEN = { widthPx: 1024, heightPx: 768, displayNumber: null }

/** What calls of a version of the tool may hold. */
function inputOf(version: string, hasZoom = false) {
  const { inputSchema } = computerTool(COMPUTER_TOOLS.get(version) ?? [], SCREEN, hasZoom)
  const properties = inputSchema.properties as Record<string, { readonly enum?: readonly string[] }>
  return { names: Object.keys(properties), actions: properties.action?.enum ?? [] }
}

describe('computerTool', () => {
  it('has no input in the first version for what only later ones do', () => {
    const { names, actions } = inputOf('computer_20241022')
    expect(names).toEqual(['action', 'coordinate', 'text'])
    expect(actions).toContain('left_click_drag')
    expect(actions).not.toContain('scroll')
  })

  it.each(['computer_20250124', 'computer_20251124'])(
    'has inputs for scrolling and holding in %s',
    (version) => {
      const { names, actions } = inputOf(version)
      expect(names.slice(3)).toEqual(['start_coordinate', 'scroll_direction', 'scroll_amount', 'duration'])
      expect(actions).toEqual(expect.arrayContaining(['scroll', 'hold_key', 'wait']))
      expect(actions).not.toContain('zoom')
    },
  )

  it('has a region, and zoom among its actions, only where it can zoom', () => {
    const { names, actions } = inputOf('computer_20251124', true)
    expect(names.at(-1)).toBe('region')
    expect(actions.at(-1)).toBe('zoom')
  })

  it.each([
    [null, false],
    [0, true],
    [1, true],
  ])('with the display number %s names a display: %s', (displayNumber, isNamed) => {
    const { description } = computerTool([], { ...SCREEN, displayNumber }, false)
    expect(description).toContain('1024 pixels wide and 768 pixels high.')
    expect(description.endsWith(` It is display ${displayNumber}.`)).toBe(isNamed)
  })
})
