import * as z from 'zod'
import type { AssistantPart, ToolResultPart } from '../../completion/turn.ts'
import { invalidRequest, listOf, ofType, string } from '../body-schema.ts'
import type { BodyCosts } from '../parse-json-text.ts'
import type { ImageContext } from '../read-image.ts'
import { CONTENT, readContent, readText } from './chat-content.ts'
import { parseArguments } from './parse-arguments.ts'
import { type ChatConversation, type OpenTurn, TurnBuilder } from './turn-builder.ts'

/** Most tool calls in one message. OpenAI's API names no limit. */
const MAX_CALLS = 10_000

const CALLED = z.object({ name: string, arguments: string }, { error: ofType('dictionary') })
const MESSAGE = z.object(
  {
    role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'], {
      error: "Input should be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'",
    }),
    content: CONTENT.nullish(),
    refusal: string.nullish(),
    // Not OpenAI's: the names of servers of open models for the thinking of an assistant's message.
    reasoning_content: z.unknown().optional(),
    reasoning: z.unknown().optional(),
    tool_calls: listOf(z.object({ id: string, function: CALLED }), MAX_CALLS).nullish(),
    function_call: CALLED.nullish(),
    tool_call_id: string.nullish(),
    name: string.nullish(),
  },
  { error: ofType('dictionary') },
)
type Message = z.infer<typeof MESSAGE>

export interface ChatContext extends ImageContext {
  readonly costs: BodyCosts
}

/**
 * Reads `messages`. Tool results belong to the user.
 *
 * @throws CompletionError `invalid-request`, with the place
 * @see the API's page on OpenAI SDK compatibility
 */
export async function readChatMessages(
  messages: readonly unknown[],
  context: ChatContext,
): Promise<ChatConversation> {
  const { slices } = context.costs
  const builder = new TurnBuilder('messages')
  for (const [index, unchecked] of messages.entries()) {
    if (slices.isOver) await slices.next()
    const place = `messages.${index}`
    const message = checkMessage(unchecked, place)
    if (message.role === 'system' || message.role === 'developer') {
      builder.addSystemText(readText(message.content, `${place}.content`))
      continue
    }
    builder.add(await readTurn(message, place, context))
  }
  return builder.conversation()
}

/** Checks one message at a time, so that of many wrong messages only the first costs anything. */
function checkMessage(unchecked: unknown, place: string): Message {
  const result = MESSAGE.safeParse(unchecked)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw invalidRequest(`${[place, ...(issue?.path ?? [])].map(String).join('.')}: ${issue?.message}`)
}

async function readTurn(message: Message, place: string, context: ChatContext): Promise<OpenTurn> {
  switch (message.role) {
    case 'assistant':
      return { role: 'assistant', parts: await readAssistantParts(message, place, context.costs) }
    case 'tool':
      if (!message.tool_call_id) throw invalidRequest(`${place}.tool_call_id: Field required`)
      return resultTurn(message.tool_call_id, readContent(message.content, `${place}.content`, context))
    case 'function':
      if (!message.name) throw invalidRequest(`${place}.name: Field required`)
      return resultTurn(
        functionCallId(message.name),
        readContent(message.content, `${place}.content`, context),
      )
    default:
      return { role: 'user', parts: readContent(message.content, `${place}.content`, context) }
  }
}

async function readAssistantParts(
  message: Message,
  place: string,
  costs: BodyCosts,
): Promise<AssistantPart[]> {
  const text = readText(message.content, `${place}.content`) + (message.refusal ?? '')
  const parts: AssistantPart[] = readThinking(message)
  if (text !== '') parts.push({ type: 'text', text })
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    const at = `${place}.tool_calls.${index}.function.arguments`
    parts.push(await toolCall(call.id, call.function, at, costs))
  }
  const legacy = message.function_call
  if (legacy) {
    const at = `${place}.function_call.arguments`
    parts.push(await toolCall(functionCallId(legacy.name), legacy, at, costs))
  }
  return parts
}

/** Thinking continues after the results of calls: only that of a message with calls is kept. */
function readThinking({
  reasoning_content: content,
  reasoning,
  tool_calls: calls,
}: Message): AssistantPart[] {
  const text = typeof content === 'string' && content !== '' ? content : reasoning
  if (typeof text !== 'string' || text === '' || !calls?.length) return []
  return [{ type: 'thinking', text, signature: null }]
}

async function toolCall(
  id: string,
  called: z.infer<typeof CALLED>,
  place: string,
  costs: BodyCosts,
): Promise<AssistantPart> {
  if (costs.slices.isOver) await costs.slices.next()
  const input = await parseArguments(called.arguments, place, costs)
  return { type: 'tool-call', id, name: called.name, input }
}

/** Functions have no ids: a result belongs to the call of the same name. */
function functionCallId(name: string): string {
  return `call_${name}`
}

function resultTurn(toolCallId: string, parts: ToolResultPart['parts']): OpenTurn {
  return { role: 'user', parts: [{ type: 'tool-result', toolCallId, parts, isError: false }] }
}
