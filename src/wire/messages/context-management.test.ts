import { describe, expect, it } from 'vitest'
import { contextManagement } from './context-management.ts'

describe('contextManagement', () => {
  it('leaves the field out where no edits were asked for', () => {
    expect(contextManagement(null)).toEqual({})
  })

  it('has an empty list where no edit changed anything', () => {
    expect(contextManagement([])).toEqual({ context_management: { applied_edits: [] } })
  })

  it('reports each edit in the terms of its kind', () => {
    const edits = contextManagement([
      { type: 'clear-thinking', clearedTurns: 1, clearedTokens: 20 },
      { type: 'clear-tool-uses', clearedToolUses: 3, clearedTokens: 40 },
    ])
    expect(edits).toEqual({
      context_management: {
        applied_edits: [
          { type: 'clear_thinking_20251015', cleared_thinking_turns: 1, cleared_input_tokens: 20 },
          { type: 'clear_tool_uses_20250919', cleared_tool_uses: 3, cleared_input_tokens: 40 },
        ],
      },
    })
  })
})
