import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Tool } from '../../../../completion/tool.ts'
import type { JsonObject } from '../../../../util/json-object.ts'

/** Tools as the Messages API describes them; nothing without tools. */
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
 * What a request says of calling tools, where that is not the default.
 *
 * @param takesNames whether a tool can be named; else the one that must be called is the only one that is offered
 */
export function claudeToolChoice(request: CompletionRequest, takesNames: boolean): JsonObject {
  const { prompt, toolChoice, allowsParallelToolCalls } = request
  if (prompt.tools.length === 0 || (toolChoice.type === 'auto' && allowsParallelToolCalls)) return {}
  const isOnlyOneOffered = toolChoice.type === 'tool' && !takesNames
  return {
    ...(isOnlyOneOffered ? claudeTools(prompt.tools.filter(({ name }) => name === toolChoice.name)) : {}),
    tool_choice: { ...toolChoice, ...(allowsParallelToolCalls ? {} : { disable_parallel_tool_use: true }) },
  }
}
