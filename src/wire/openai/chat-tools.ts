import * as z from 'zod'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Tool, ToolChoice } from '../../completion/tool.ts'
import type { JsonObject } from '../../util/json-object.ts'
import { anyObject, boolean, invalidRequest, listOf, MAX_TOOLS, ofType, string } from '../body-schema.ts'

/** A function that a model may call. */
export const FUNCTION = z.object(
  {
    name: string.regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
    description: string.nullish(),
    parameters: anyObject.nullish(),
    strict: boolean.nullish(),
  },
  { error: ofType('dictionary') },
)
const NAMED = z.object({ name: string }, { error: ofType('dictionary') })
const TOOL = z.object({ type: z.literal('function', "Input should be 'function'"), function: FUNCTION })

/** The fields for tools, and for `functions`, which preceded them. */
export const TOOL_FIELDS = {
  tools: listOf(TOOL, MAX_TOOLS).nullish(),
  tool_choice: z
    .union(
      [z.enum(['none', 'auto', 'required']), z.object({ type: z.literal('function'), function: NAMED })],
      {
        error: "Input should be 'none', 'auto', 'required' or a named function",
      },
    )
    .nullish(),
  parallel_tool_calls: boolean.nullish(),
  functions: listOf(FUNCTION, MAX_TOOLS).nullish(),
  function_call: z
    .union([z.enum(['none', 'auto']), NAMED], { error: "Input should be 'none', 'auto' or a named function" })
    .nullish(),
}

const TOOLS_SCHEMA = z.object(TOOL_FIELDS)

export interface ChatTools extends Pick<CompletionRequest, 'toolChoice' | 'allowsParallelToolCalls'> {
  readonly tools: readonly Tool[]
  readonly usesFunctions: boolean
}

const AUTO: ToolChoice = { type: 'auto' }

/**
 * Reads the tools of a request. With the choice `none` there are none.
 *
 * @throws CompletionError `invalid-request` when two tools share a name, or the chosen one does not exist
 */
export function readChatTools(params: z.infer<typeof TOOLS_SCHEMA>): ChatTools {
  const usesFunctions = (params.tools ?? []).length === 0 && (params.functions ?? []).length > 0
  const choice = usesFunctions ? params.function_call : params.tool_choice
  const offered = usesFunctions ? (params.functions ?? []) : (params.tools ?? []).map((tool) => tool.function)
  const tools = choice === 'none' ? [] : offered.map(toTool)
  const names = new Set(tools.map((tool) => tool.name))
  if (names.size < tools.length) throw invalidRequest('tools: Tool names must be unique.')
  const toolChoice = tools.length === 0 ? AUTO : readChoice(choice)
  if (toolChoice.type === 'tool' && !names.has(toolChoice.name)) {
    throw invalidRequest(`tool_choice: there is no tool named '${toolChoice.name}'`)
  }
  const allowsParallelToolCalls = !usesFunctions && (params.parallel_tool_calls ?? true)
  return { tools, toolChoice, allowsParallelToolCalls, usesFunctions }
}

type Choice = z.infer<typeof TOOLS_SCHEMA>['tool_choice'] | z.infer<typeof TOOLS_SCHEMA>['function_call']

function readChoice(choice: Choice): ToolChoice {
  if (choice === 'required') return { type: 'any' }
  if (typeof choice !== 'object' || choice === null) return AUTO
  return { type: 'tool', name: 'function' in choice ? choice.function.name : choice.name }
}

/** Functions without arguments come with `{}`, and servers demand the type that it does not name. */
function objectSchema(parameters: JsonObject): JsonObject {
  if (parameters.type !== undefined && parameters.type !== null) return parameters
  const isEmpty = Object.keys(parameters).every((key) => key === 'type')
  return { ...parameters, type: 'object', ...(isEmpty ? { properties: {} } : {}) }
}

/** A function as a tool of the domain. */
export function toTool({ name, description, parameters, strict }: z.infer<typeof FUNCTION>): Tool {
  return {
    name,
    description: description ?? null,
    inputSchema: objectSchema(parameters ?? {}),
    isStrict: strict ?? false,
  }
}
