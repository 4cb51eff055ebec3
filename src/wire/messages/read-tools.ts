import * as z from 'zod'
import type { Tool } from '../../completion/tool.ts'
import type { Cacheable } from '../../conversation/cacheable-conversation.ts'
import { textAt } from '../../util/json-value.ts'
import { anyObject, boolean, checkBody, integer, invalidRequest, string } from '../body-schema.ts'
import type { MessagesRules } from './block-context.ts'
import { cacheControl } from './block-schemas.ts'
import { CLIENT_TOOLS, type ClientTool } from './client-tools.ts'
import { COMPUTER_TOOLS, computerTool } from './computer-tool.ts'
import { cacheTtl } from './read-block.ts'
import { TOOLSETS, type Toolset, type ToolsetMember } from './toolsets.ts'

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

const pixels = integer.min(1, 'Input should be greater than or equal to 1')

const COMPUTER_TOOL = z.strictObject({
  type: z.string(),
  name: string,
  display_width_px: pixels,
  display_height_px: pixels,
  display_number: integer.min(0, 'Input should be greater than or equal to 0').nullable().optional(),
  enable_zoom: boolean.optional(),
  ...COMMON,
})

const TOOLSET = z.strictObject({
  type: z.string(),
  configs: anyObject.nullable().optional(),
  cache_control: cacheControl,
})

const MEMBER_CONFIG = z.strictObject({
  enabled: boolean.nullable().optional(),
  defer_loading: boolean.nullable().optional(),
})

/**
 * Reads `tools`. Input schemas are not validated: clients send invalid ones, and the real API accepts them as hints.
 *
 * @param isOmitted whether a tool of a type is passed over
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Messages": `tools`
 */
export function readTools(
  values: readonly unknown[],
  rules: MessagesRules,
  isOmitted: (type: string) => boolean = () => false,
): Cacheable<Tool>[] {
  const tools = values.flatMap((value, index) =>
    isOmitted(textAt(value, 'type') ?? '') ? [] : readTool(value, `tools.${index}`, rules),
  )
  const names = new Set(tools.map(({ block }) => block.name))
  if (names.size < tools.length) throw invalidRequest('tools: Tool names must be unique.')
  return tools
}

function readTool(value: unknown, place: string, rules: MessagesRules): readonly Cacheable<Tool>[] {
  const type = textAt(value, 'type')
  if (type === undefined || type === 'custom') return [readCustomTool(value, `${place}.custom`, rules)]
  const toolset = TOOLSETS.get(type)
  if (toolset !== undefined) return readToolset(value, toolset, `${place}.${type}`)
  if (COMPUTER_TOOLS.has(type)) return [readComputerTool(value, type, `${place}.${type}`, rules)]
  const known = CLIENT_TOOLS.get(type)
  if (known === undefined) {
    if (rules.ignoreServerTools) return []
    throw invalidRequest(
      `${place}: Server tool '${type.slice(0, 100)}' is not available on this server. Define a client tool instead.`,
    )
  }
  const tool = checkBody(value, CLIENT_TOOL, `${place}.${type}`)
  return [clientTool(tool, known, `${place}.${type}`, rules)]
}

function clientTool(
  tool: Pick<z.infer<typeof CLIENT_TOOL>, 'name' | 'strict' | 'cache_control'>,
  known: ClientTool,
  place: string,
  rules: MessagesRules,
): Cacheable<Tool> {
  if (tool.name !== known.name) throw invalidRequest(`${place}.name: Input should be '${known.name}'`)
  return {
    block: { ...known, isStrict: tool.strict === true && !rules.ignoreStrictTools },
    cacheTtl: cacheTtl(tool.cache_control),
  }
}

function readComputerTool(
  value: unknown,
  type: string,
  place: string,
  rules: MessagesRules,
): Cacheable<Tool> {
  const tool = checkBody(value, COMPUTER_TOOL, place)
  const { display_width_px: widthPx, display_height_px: heightPx, display_number: displayNumber } = tool
  if (tool.enable_zoom !== undefined && type !== 'computer_20251124') {
    throw invalidRequest(`${place}.enable_zoom: Extra inputs are not permitted`)
  }
  const screen = { widthPx, heightPx, displayNumber: displayNumber ?? null }
  const known = computerTool(COMPUTER_TOOLS.get(type) ?? [], screen, tool.enable_zoom ?? false)
  return clientTool(tool, known, place, rules)
}

/** The members of a toolset that are offered; a breakpoint of the toolset is at the last of them. */
function readToolset(value: unknown, { name, members }: Toolset, place: string): Cacheable<Tool>[] {
  const { configs, cache_control: control } = checkBody(value, TOOLSET, place)
  const enabled = new Map(members.map((member) => [member.name, member.isEnabled]))
  for (const [memberName, config] of Object.entries(configs ?? {})) {
    const at = `${place}.configs.${memberName.slice(0, 100)}`
    const byDefault = enabled.get(memberName)
    if (byDefault === undefined) throw invalidRequest(`${at}: Extra inputs are not permitted`)
    if (config !== null) enabled.set(memberName, checkBody(config, MEMBER_CONFIG, at).enabled ?? byDefault)
  }
  const offered = members.filter((member) => enabled.get(member.name))
  return offered.map((member, index) => ({
    block: memberTool(member, name),
    cacheTtl: index === offered.length - 1 ? cacheTtl(control) : null,
  }))
}

function memberTool({ name, description, inputSchema }: ToolsetMember, toolset: string): Tool {
  return { name, description, inputSchema, isStrict: false, toolset }
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
