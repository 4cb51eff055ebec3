import * as z from 'zod'
import type { Tool, ToolChoice } from '../../completion/tool.ts'
import type { Cacheable } from '../../conversation/cacheable-conversation.ts'
import { boolean, checkBody, invalidRequest, string } from '../body-schema.ts'
import { typeOf } from './type-of.ts'

const PARALLEL = { disable_parallel_tool_use: boolean.optional() }
const CHOICES = {
  auto: z.strictObject({ type: z.literal('auto'), ...PARALLEL }),
  any: z.strictObject({ type: z.literal('any'), ...PARALLEL }),
  tool: z.strictObject({ type: z.literal('tool'), name: string, ...PARALLEL }),
  none: z.strictObject({ type: z.literal('none') }),
}

/** The tools of a request, and how the model may call them. */
export interface ToolUse {
  readonly tools: readonly Cacheable<Tool>[]
  readonly toolChoice: ToolChoice
  readonly allowsParallelToolCalls: boolean
}

/**
 * Reads `tool_choice`.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Messages": `tool_choice`
 */
export function readToolChoice(value: unknown, tools: readonly Cacheable<Tool>[]): ToolUse {
  if (value === undefined || value === null)
    return { tools, toolChoice: { type: 'auto' }, allowsParallelToolCalls: true }
  const type = typeOf(value, ['auto', 'any', 'tool', 'none'], 'tool_choice')
  const choice = checkBody(value, CHOICES[type], `tool_choice.${type}`)
  // Tools that must not be called are left out.
  if (choice.type === 'none') {
    return { tools: [], toolChoice: { type: 'auto' }, allowsParallelToolCalls: true }
  }
  if (tools.length === 0)
    throw invalidRequest('tool_choice: tool_choice may only be specified while providing tools.')
  if (choice.type === 'tool' && !tools.some(({ block }) => block.name === choice.name)) {
    throw invalidRequest(
      `tool_choice.tool.name: Tool '${choice.name.slice(0, 200)}' not found in provided tools`,
    )
  }
  return {
    tools,
    toolChoice: choice.type === 'tool' ? { type: 'tool', name: choice.name } : { type: choice.type },
    allowsParallelToolCalls: !(choice.disable_parallel_tool_use ?? false),
  }
}
