import type { AssistantPart, UserPart } from '../../completion/turn.ts'
import type {
  Cacheable,
  CacheableConversation,
  CacheableTurn,
} from '../../conversation/cacheable-conversation.ts'
import type { JsonObject } from '../../util/json-object.ts'
import { textAt } from '../../util/json-value.ts'
import { ApiError } from '../api-error.ts'
import { checkBody, invalidRequest } from '../body-schema.ts'
import { refuseManyMembers } from '../refuse-many-members.ts'
import type { BlockContext } from './block-context.ts'
import { BLOCK_SCHEMAS } from './block-schemas.ts'
import { CITATION_INSTRUCTIONS } from './citation-instructions.ts'
import type { PromptFields } from './messages-schema.ts'
import { cacheTtl } from './read-block.ts'
import { runsCode, skillsText, type UsedSkill } from './read-container.ts'
import { readThinkingConfig } from './read-thinking-config.ts'
import { readToolChoice, type ToolUse } from './read-tool-choice.ts'
import { readTools } from './read-tools.ts'
import { readTurns } from './read-turns.ts'
import { typeOf } from './type-of.ts'

/** Most blocks with `cache_control`. @see the API's guide on prompt caching */
const MAX_BREAKPOINTS = 4

/** A conversation, and how the model may use tools and thinking. */
export interface ReadConversation extends Omit<ToolUse, 'tools'> {
  readonly conversation: CacheableConversation
  readonly thinkingBudgetTokens: number | null
  /** Whether the response leaves the text of thinking out. */
  readonly omitsThinking: boolean
}

/**
 * Reads the fields that become the prompt.
 *
 * @param skills what the system text says besides; null without any
 * @throws CompletionError `invalid-request`
 */
export async function readConversation(
  fields: PromptFields,
  context: BlockContext,
  skills: readonly UsedSkill[] | null = null,
): Promise<ReadConversation> {
  refuseServerFeatures(fields, context)
  const { tools, ...toolUse } = readToolChoice(
    fields.tool_choice,
    readTools(fields.tools ?? [], context.rules, skills === null ? undefined : runsCode),
  )
  const { isThinkingEnabled, thinkingBudgetTokens, omitsThinking } = readThinkingConfig(
    fields.thinking,
    fields.output_config?.effort ?? null,
  )
  const outputSchema = readOutputSchema(fields, context)
  const topSystem = readSystem(fields.system)
  const read = await readTurns(fields.messages, context)
  const system = [...topSystem, ...read.system, ...skillsSystem(skills), ...citationSystem(context)]
  const turns = withBreakpointAtEnd(read.turns, fields.cache_control)
  const conversation: CacheableConversation = { tools, system, turns, isThinkingEnabled, outputSchema }
  if (tools.length > 0 && !context.capabilities().tools) {
    throw invalidRequest(`tools: model '${context.modelId}' does not support tool use.`)
  }
  if (context.rules.strictRequests && !fields.tools?.length) refuseToolBlocks(conversation)
  if (outputSchema !== null && turns.at(-1)?.role === 'assistant') {
    throw invalidRequest('output_format: a reply that is held to a schema cannot be prefilled.')
  }
  if (outputSchema !== null && context.documents.areCited) {
    throw invalidRequest('output_config.format: citations cannot be used with structured outputs.')
  }
  checkBreakpoints(conversation)
  refuseManyMembers({ tools: tools.map(({ block }) => block), parts: partsOf(conversation), outputSchema })
  if (context.slices.isOver) await context.slices.next()
  return { conversation, thinkingBudgetTokens, omitsThinking, ...toolUse }
}

/** After the system text of the request, which caching may end with. */
function skillsSystem(skills: readonly UsedSkill[] | null): Cacheable<string>[] {
  return skills === null ? [] : [{ block: skillsText(skills), cacheTtl: null }]
}

/** At the end, so that it does not change the prefixes that others share. */
function citationSystem({ documents }: BlockContext): Cacheable<string>[] {
  return documents.citable.length === 0 ? [] : [{ block: CITATION_INSTRUCTIONS, cacheTtl: null }]
}

function* partsOf({ turns }: CacheableConversation): Generator<UserPart | AssistantPart> {
  for (const { blocks } of turns) for (const { block } of blocks) yield block
}

function refuseServerFeatures(
  { mcp_servers: mcpServers, thread }: PromptFields,
  { rules }: BlockContext,
): void {
  // Ignoring a thread that exists would generate a turn without the turns before it.
  const isIgnored = rules.ignoreServerTools && textAt(thread, 'type') === 'create'
  if (thread !== undefined && thread !== null && !isIgnored) {
    throw new ApiError(
      'thread-refused',
      'thread: Conversations are not kept on this server. Send all messages.',
    )
  }
  if (rules.ignoreServerTools) return
  if (mcpServers?.length) {
    throw invalidRequest('mcp_servers: The MCP connector is not available on this server.')
  }
}

/**
 * Claude Code writes what belongs to a header into the first block of its system text, where it changes with each request: no
 * prefix after it could be reused. It says nothing to a model.
 */
const BILLING_HEADER = 'x-anthropic-billing-header:'

function readSystem(system: PromptFields['system']): Cacheable<string>[] {
  if (system === undefined || system === null || system === '') return []
  if (typeof system === 'string') return [{ block: system, cacheTtl: null }]
  return system.flatMap((value, index) => {
    const place = `system.${index}`
    const block = checkBody(value, BLOCK_SCHEMAS[typeOf(value, ['text'], place)], place)
    if (block.text === '') throw invalidRequest('system: text content blocks must be non-empty')
    if (block.text.startsWith(BILLING_HEADER)) return []
    return [{ block: block.text, cacheTtl: cacheTtl(block.cache_control) }]
  })
}

function readOutputSchema(fields: PromptFields, context: BlockContext): JsonObject | null {
  const inConfig = fields.output_config?.format
  const format = inConfig ?? fields.output_format
  if (!format) return null
  if (!context.capabilities().outputSchema) {
    const field = inConfig ? 'output_config.format' : 'output_format'
    throw invalidRequest(`${field}: model '${context.modelId}' does not support structured outputs.`)
  }
  return format.schema
}

function refuseToolBlocks({ turns }: CacheableConversation): void {
  for (const { blocks } of turns) {
    for (const { block } of blocks) {
      if (block.type === 'tool-call' || block.type === 'tool-result') {
        throw invalidRequest('Requests which include `tool_use` or `tool_result` blocks must define tools.')
      }
    }
  }
}

/** Moves the `cache_control` of the request to its last block. */
function withBreakpointAtEnd(
  turns: readonly CacheableTurn[],
  control: PromptFields['cache_control'],
): readonly CacheableTurn[] {
  const ttl = cacheTtl(control)
  const last = turns.at(-1)
  if (ttl === null || last === undefined) return turns
  const markLast = <Part>(blocks: readonly Cacheable<Part>[]) =>
    blocks.map((block, index) =>
      index === blocks.length - 1 ? { ...block, cacheTtl: block.cacheTtl ?? ttl } : block,
    )
  const cacheable: CacheableTurn =
    last.role === 'user'
      ? { role: 'user', blocks: markLast(last.blocks) }
      : { role: 'assistant', blocks: markLast(last.blocks) }
  return [...turns.slice(0, -1), cacheable]
}

function checkBreakpoints({ tools, system, turns }: CacheableConversation): void {
  const blocks = turns.flatMap((turn): readonly Cacheable<unknown>[] => turn.blocks)
  const ttls = [...tools, ...system, ...blocks].flatMap(({ cacheTtl }) => cacheTtl ?? [])
  if (ttls.length > MAX_BREAKPOINTS) {
    throw invalidRequest(
      `A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. Found ${ttls.length}.`,
    )
  }
  if (ttls.lastIndexOf('1h') > ttls.indexOf('5m') && ttls.includes('5m')) {
    throw invalidRequest(
      "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. " +
        'Note that blocks are processed in the following order: `tools`, `system`, `messages`.',
    )
  }
}
