import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Tool } from '../../completion/tool.ts'
import type { JsonObject } from '../../util/json-object.ts'

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

/** What a request says of calling tools, where that is not the default. */
export function claudeToolChoice(request: CompletionRequest): JsonObject {
  const { prompt, toolChoice, allowsParallelToolCalls } = request
  if (prompt.tools.length === 0 || (toolChoice.type === 'auto' && allowsParallelToolCalls)) return {}
  return {
    tool_choice: { ...toolChoice, ...(allowsParallelToolCalls ? {} : { disable_parallel_tool_use: true }) },
  }
}
