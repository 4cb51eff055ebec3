import * as z from 'zod'
import type { Tool } from '../../completion/tool.ts'
import type { Cacheable } from '../../conversation/cacheable-conversation.ts'
import { textAt } from '../../util/json-value.ts'
import { anyObject, boolean, checkBody, integer, invalidRequest, string } from '../body-schema.ts'
import type { MessagesRules } from './block-context.ts'
import { cacheControl } from './block-schemas.ts'
import { CLIENT_TOOLS } from './client-tools.ts'
import { cacheTtl } from './read-block.ts'

const ANYTHING = z.unknown().optional()

/** Fields of all tools. Newer clients send more of them than this server uses. */
const COMMON = {
  cache_control: cacheControl,
  strict: boolean.nullable().optional(),
  defer_loading: ANYTHING,
  allowed_callers: ANYTHING,
  eager_input_streaming: ANYTHING,
  input_examples: ANYTHING,
}

const CUSTOM_TOOL = z.strictObject({
  type: z.literal('custom').nullable().optional(),
  name: string.regex(/^[a-zA-Z0-9_-]{1,128}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"),
  input_schema: anyObject,
  description: string.nullable().optional(),
  ...COMMON,
})

const CLIENT_TOOL = z.strictObject({
  type: z.string(),
  name: string,
  max_characters: integer.min(1, 'Input should be greater than or equal to 1').nullable().optional(),
  ...COMMON,
})

/**
 * Reads `tools`. Input schemas are not validated: clients send invalid ones, and the real API accepts them as hints.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Messages": `tools`
 */
export function readTools(values: readonly unknown[], rules: MessagesRules): Cacheable<Tool>[] {
  const tools = values.flatMap((value, index) => readTool(value, `tools.${index}`, rules) ?? [])
  const names = new Set(tools.map(({ block }) => block.name))
  if (names.size < tools.length) throw invalidRequest('tools: Tool names must be unique.')
  return tools
}

function readTool(value: unknown, place: string, rules: MessagesRules): Cacheable<Tool> | null {
  const type = textAt(value, 'type')
  if (type === undefined || type === 'custom') return readCustomTool(value, `${place}.custom`, rules)
  const known = CLIENT_TOOLS.get(type)
  if (known === undefined) {
    if (rules.ignoreServerTools) return null
    throw invalidRequest(
      `${place}: Server tool '${type.slice(0, 100)}' is not available on this server. Define a client tool instead.`,
    )
  }
  const tool = checkBody(value, CLIENT_TOOL, `${place}.${type}`)
  if (tool.name !== known.name) {
    throw invalidRequest(`${place}.${type}.name: Input should be '${known.name}'`)
  }
  return {
    block: { ...known, isStrict: tool.strict === true && !rules.ignoreStrictTools },
    cacheTtl: cacheTtl(tool.cache_control),
  }
}

function readCustomTool(value: unknown, place: string, rules: MessagesRules): Cacheable<Tool> {
  const tool = checkBody(value, CUSTOM_TOOL, place)
  const { input_schema: inputSchema } = tool
  if (inputSchema.type !== 'object') {
    const problem = inputSchema.type === undefined ? 'Field required' : "Input should be 'object'"
    throw invalidRequest(`${place}.input_schema.type: ${problem}`)
  }
  return {
    block: {
      name: tool.name,
      description: tool.description ?? null,
      inputSchema,
      isStrict: tool.strict === true && !rules.ignoreStrictTools,
    },
    cacheTtl: cacheTtl(tool.cache_control),
  }
}
