import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Tool, ToolChoice } from '../../../../completion/tool.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import type { OpenAiServer } from '../openai/openai-servers.ts'

/** Tools as functions, for a chat or for counting its tokens; empty without tools. */
export function toolFields(tools: readonly Tool[]): JsonObject {
  return tools.length === 0 ? {} : { tools: tools.map(functionOf) }
}

/**
 * The `tool_choice` of a chat. A server that takes no name is offered only the named tool; for a server that takes no
 * `tool_choice` at all, the model decides.
 */
export function toolChoiceFields(
  request: CompletionRequest,
  { toolChoice, makesForcedCallsStrict }: OpenAiServer,
): JsonObject {
  const { prompt, toolChoice: choice, allowsParallelToolCalls } = request
  if (prompt.tools.length === 0) return {}
  const isOnlyOneOffered = choice.type === 'tool' && toolChoice !== 'named'
  const offered = isOnlyOneOffered ? prompt.tools.filter(({ name }) => name === choice.name) : prompt.tools
  const isStrict = makesForcedCallsStrict && choice.type !== 'auto'
  return {
    ...toolFields(isStrict ? offered.map((tool) => ({ ...tool, isStrict })) : offered),
    ...(choice.type === 'auto' || toolChoice === 'none' ? {} : { tool_choice: choiceOf(choice, toolChoice) }),
    ...(allowsParallelToolCalls ? {} : { parallel_tool_calls: false }),
  }
}

function choiceOf(choice: Exclude<ToolChoice, { type: 'auto' }>, toolChoice: OpenAiServer['toolChoice']) {
  return choice.type === 'tool' && toolChoice === 'named'
    ? { type: 'function', function: { name: choice.name } }
    : 'required'
}

function functionOf({ name, description, inputSchema, isStrict }: Tool): object {
  return {
    type: 'function',
    function: {
      name,
      ...(description === null ? {} : { description }),
      parameters: inputSchema,
      ...(isStrict ? { strict: true } : {}),
    },
  }
}
