import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import type { Tool } from '../../completion/tool.ts'
import type { Cacheable } from '../../conversation/cacheable-conversation.ts'
import { readToolChoice } from './read-tool-choice.ts'

const LOOK: Cacheable<Tool> = {
  block: { name: 'look', description: null, inputSchema: { type: 'object' }, isStrict: false },
  cacheTtl: null,
}
const AUTO = { tools: [LOOK], toolChoice: { type: 'auto' }, allowsParallelToolCalls: true }

describe('readToolChoice', () => {
  it.each<[unknown, object]>([
    [undefined, AUTO],
    [null, AUTO],
    [{ type: 'auto' }, AUTO],
    [{ type: 'auto', disable_parallel_tool_use: false }, AUTO],
    [{ type: 'any' }, { ...AUTO, toolChoice: { type: 'any' } }],
    [
      { type: 'any', disable_parallel_tool_use: true },
      { ...AUTO, toolChoice: { type: 'any' }, allowsParallelToolCalls: false },
    ],
    [
      { type: 'tool', name: 'look', disable_parallel_tool_use: true },
      { ...AUTO, toolChoice: { type: 'tool', name: 'look' }, allowsParallelToolCalls: false },
    ],
    [{ type: 'none' }, { ...AUTO, tools: [] }],
  ])('reads %j', (value, toolUse) => {
    expect(readToolChoice(value, [LOOK])).toEqual(toolUse)
  })

  it('allows none without tools', () => {
    expect(readToolChoice({ type: 'none' }, [])).toEqual({ ...AUTO, tools: [] })
  })

  it.each<[unknown, readonly Cacheable<Tool>[], string]>([
    ['auto', [LOOK], 'tool_choice: Input should be a valid dictionary or object to extract fields from'],
    [{ type: 'auto' }, [], 'tool_choice: tool_choice may only be specified while providing tools.'],
    [{ type: 'tool' }, [LOOK], 'tool_choice.tool.name: Field required'],
    [
      { type: 'tool', name: 'x'.repeat(201) },
      [LOOK],
      `tool_choice.tool.name: Tool '${'x'.repeat(200)}' not found in provided tools`,
    ],
    [
      { type: 'none', disable_parallel_tool_use: true },
      [LOOK],
      'tool_choice.none.disable_parallel_tool_use: Extra inputs are not permitted',
    ],
    [
      { type: 'any', disable_parallel_tool_use: 1 },
      [LOOK],
      'tool_choice.any.disable_parallel_tool_use: Input should be a valid boolean',
    ],
    [{ type: 'any', name: 'look' }, [LOOK], 'tool_choice.any.name: Extra inputs are not permitted'],
  ])('refuses %j', (value, tools, message) => {
    expect(() => readToolChoice(value, tools)).toThrow(refusal(message))
  })
})
