import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Tool } from '../../../../completion/tool.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import type { ClaudeServer } from './claude-servers.ts'

/** Tools as the Messages API describes them; empty without tools. */
export function claudeTools(tools: readonly Tool[]): JsonObject {
  if (tools.length === 0) return {}
  return {
    tools: tools.map(({ name, description, inputSchema, isStrict }) => ({
      name,
      ...(description === null ? {} : { description }),
      input_schema: inputSchema,
      ...(isStrict ? { strict: true } : {}),
    })),
  }
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
