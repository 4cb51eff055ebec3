import * as z from 'zod'
import type { AssistantPart, ThinkingPart } from '../../../completion/turn.ts'
import { checkBody, invalidRequest, list, nonEmptyString, ofType, string } from '../../body-schema.ts'
import { CONTENT, readContent, readText } from '../chat-content.ts'
import type { ChatContext } from '../chat-messages.ts'
import { parseArguments } from '../parse-arguments.ts'
import { type ChatConversation, TurnBuilder } from '../turn-builder.ts'
import { readEncryptedContent } from './encrypted-content.ts'
import { modelToolName } from './namespaced-name.ts'
import type { FindItem } from './recent-items.ts'

/** What the items of a request are read with. */
export interface ResponseInputContext extends ChatContext {
  readonly findItem: FindItem
}

/** Items of tools that run on OpenAI's servers, and of its own bookkeeping, which old histories hold. */
const OMITTED_TYPES: ReadonlySet<string> = new Set([
  'code_interpreter_call',
  'compaction',
  'compaction_trigger',
  'configuration_update',
  'file_search_call',
  'image_generation_call',
  'mcp_approval_request',
  'mcp_approval_response',
  'mcp_call',
  'mcp_list_tools',
  'tool_search_call',
  'tool_search_output',
  'web_search_call',
])

/**
 * Reads `input` and `instructions`. Items of the assistant that follow each other are one turn; outputs of tools belong to
 * the user.
 *
 * @throws CompletionError `invalid-request`, with the place
 */
export async function readResponseInput(
  items: readonly unknown[],
  instructions: string,
  context: ResponseInputContext,
): Promise<ChatConversation> {
  const { slices } = context.costs
  const builder = new TurnBuilder('input')
  builder.addSystemText(instructions)
  for (const [index, item] of items.entries()) {
    if (slices.isOver) await slices.next()
    await addItem(builder, item, `input.${index}`, context)
  }
  return builder.conversation()
}

async function addItem(
  builder: TurnBuilder,
  item: unknown,
  place: string,
  context: ResponseInputContext,
): Promise<void> {
  const { type } = checkBody(item, TYPED, place)
  switch (type ?? 'message') {
    case 'message':
      return addMessage(builder, item, place, context)
    case 'function_call_output':
    case 'custom_tool_call_output':
      return addOutput(builder, item, place, context)
    case 'function_call':
      return addPart(builder, await readCall(item, place, context))
    case 'custom_tool_call':
      return addPart(builder, readCustomCall(item, place))
    case 'reasoning':
      return addPart(builder, readReasoning(item, place))
    case 'item_reference':
      return addPart(builder, findPart(item, place, context))
  }
  if (OMITTED_TYPES.has(type ?? '')) return
  throw invalidRequest(`${place}.type: items of the type '${type?.slice(0, 64)}' are not supported`)
}

function addPart(builder: TurnBuilder, part: AssistantPart | null): void {
  if (part !== null) builder.add({ role: 'assistant', parts: [part] })
}

function addMessage(builder: TurnBuilder, item: unknown, place: string, context: ChatContext): void {
  const { role, content } = checkBody(item, MESSAGE, place)
  const at = `${place}.content`
  if (role === 'user') {
    builder.add({ role, parts: readContent(content, at, context) })
    return
  }
  const text = readText(content, at)
  if (role === 'assistant') builder.add({ role, parts: text === '' ? [] : [{ type: 'text', text }] })
  else builder.addSystemText(text)
}

function addOutput(builder: TurnBuilder, item: unknown, place: string, context: ChatContext): void {
  const { call_id: toolCallId, output } = checkBody(item, OUTPUT, place)
  const parts = readContent(output, `${place}.output`, context)
  builder.add({ role: 'user', parts: [{ type: 'tool-result', toolCallId, parts, isError: false }] })
}

async function readCall(item: unknown, place: string, { costs }: ChatContext): Promise<AssistantPart> {
  const call = checkBody(item, CALL, place)
  const input = await parseArguments(call.arguments, `${place}.arguments`, costs)
  return { type: 'tool-call', id: call.call_id, name: modelToolName(call.namespace, call.name), input }
}

function readCustomCall(item: unknown, place: string): AssistantPart {
  const { call_id: id, name, input } = checkBody(item, CUSTOM_CALL, place)
  return { type: 'tool-call', id, name, input: { input } }
}

/** Null for thinking of which nothing is known: other servers encrypt it for themselves. */
function readReasoning(item: unknown, place: string): ThinkingPart | null {
  const { summary, content, encrypted_content } = checkBody(item, REASONING, place)
  const shown = content !== null && content !== undefined && content.length > 0
  const text = shown ? readText(content, `${place}.content`) : readText(summary, `${place}.summary`)
  const signature = readEncryptedContent(encrypted_content)
  return text === '' && signature === null ? null : { type: 'thinking', text, signature }
}

function findPart(item: unknown, place: string, { findItem }: ResponseInputContext): AssistantPart {
  const { id } = checkBody(item, REFERENCE, place)
  const part = findItem(id)
  if (part !== undefined) return part
  throw invalidRequest(
    `${place}.id: this server does not keep the item '${id.slice(0, 64)}': send the item itself, with \`store\` false`,
  )
}

const object = { error: ofType('dictionary') }
const TYPED = z.object({ type: string.nullish() }, object)
const MESSAGE = z.object(
  {
    role: z.enum(['user', 'assistant', 'system', 'developer'], {
      error: "Input should be 'user', 'assistant', 'system' or 'developer'",
    }),
    content: CONTENT,
  },
  object,
)
const OUTPUT = z.object({ call_id: nonEmptyString, output: CONTENT }, object)
const CALL = z.object(
  { call_id: nonEmptyString, name: string, namespace: string.nullish(), arguments: string },
  object,
)
const CUSTOM_CALL = z.object({ call_id: nonEmptyString, name: string, input: string }, object)
const REASONING = z.object(
  { summary: list.nullish(), content: list.nullish(), encrypted_content: string.nullish() },
  object,
)
const REFERENCE = z.object({ id: nonEmptyString }, object)
