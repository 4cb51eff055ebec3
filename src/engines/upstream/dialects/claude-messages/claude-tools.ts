import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { Tool } from '../../../../completion/tool.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import { cacheControl } from './claude-messages.ts'
import type { ClaudeServer } from './claude-servers.ts'

/** Tools as the Messages API describes them; empty without tools. */
export function claudeTools(tools: readonly Tool[]): JsonObject {
  if (tools.length === 0) return {}
  return {
    tools: tools.map((tool) => ({
      name: tool.name,
      ...(tool.description === null ? {} : { description: tool.description }),
      input_schema: tool.inputSchema,
      ...(tool.isStrict ? { strict: true } : {}),
      ...cacheControl(tool),
    })),
  }
}

/**
 * The tools of a prompt. A conversation whose tools are not offered any more is refused without definitions: its calls
 * make them, and none may be called.
 */
export function claudePromptTools({ tools, turns }: Prompt): JsonObject {
  if (tools.length > 0) return claudeTools(tools)
  const names = new Set<string>()
  for (const { parts } of turns) for (const part of parts) if (part.type === 'tool-call') names.add(part.name)
  if (names.size === 0) return {}
  const inputSchema = { type: 'object' }
  const called = [...names].map((name) => ({ name, description: null, inputSchema, isStrict: false }))
  return { ...claudeTools(called), tool_choice: { type: 'none' } }
}

/**
 * The `tool_choice` of a request, where it is not the default. A server that takes no name is offered only the named
 * tool.
 */
export function claudeToolChoice(request: CompletionRequest, taken: ClaudeServer['toolChoice']): JsonObject {
  const { prompt, toolChoice, allowsParallelToolCalls } = request
  if (prompt.tools.length === 0 || (toolChoice.type === 'auto' && allowsParallelToolCalls)) return {}
  const isOnlyOneOffered = toolChoice.type === 'tool' && taken !== 'named'
  return {
    ...(isOnlyOneOffered ? claudeTools(prompt.tools.filter(({ name }) => name === toolChoice.name)) : {}),
    tool_choice: { ...toolChoice, ...(allowsParallelToolCalls ? {} : { disable_parallel_tool_use: true }) },
  }
}
