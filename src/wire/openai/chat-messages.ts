import * as z from 'zod'
import type { Conversation } from '../../completion/conversation-prompt.ts'
import type { AssistantPart, ToolResultPart, Turn, UserPart } from '../../completion/turn.ts'
import { isJsonObject, type JsonObject } from '../../util/json-object.ts'
import { invalidRequest, listOf, ofType, string } from '../body-schema.ts'
import { JsonDefectError } from '../json-defect-error.ts'
import type { BodyCosts } from '../parse-json-text.ts'
import { parseJsonText } from '../parse-json-text.ts'
import type { ImageContext } from '../read-image.ts'
import { CONTENT, readContent, readText } from './chat-content.ts'

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

/** A turn that the next message may extend. */
type OpenTurn =
  | { readonly role: 'user'; parts: UserPart[]; isJoined?: boolean }
  | { readonly role: 'assistant'; parts: AssistantPart[]; isJoined?: boolean }

export type ChatConversation = Pick<Conversation, 'systemText' | 'turns' | 'prefill'>

/**
 * Reads `messages`. System and developer texts are joined, one per line; adjacent messages of one role become one turn;
 * tool results belong to the user; a last message of the assistant is the prefill. System texts alone
 * are the user's turn, which templates expect.
 *
 * @throws CompletionError `invalid-request`, with the place
 * @see the API's page on OpenAI SDK compatibility
 */
export async function readChatMessages(
  messages: readonly unknown[],
  context: ChatContext,
): Promise<ChatConversation> {
  const { slices } = context.costs
  const systemTexts: string[] = []
  const turns: OpenTurn[] = []
  for (const [index, unchecked] of messages.entries()) {
    if (slices.isOver) await slices.next()
    const place = `messages.${index}`
    const message = checkMessage(unchecked, place)
    if (message.role === 'system' || message.role === 'developer') {
      systemTexts.push(readText(message.content, `${place}.content`))
      continue
    }
    addTurn(turns, await readTurn(message, place, context))
  }
  const systemText = systemTexts.filter((text) => text !== '').join('\n')
  if (turns.length === 0) return systemTextAlone(systemText)
  return { systemText, ...splitPrefill(turns) }
}

function systemTextAlone(text: string): ChatConversation {
  if (text === '') throw invalidRequest('messages: at least one message with content is required')
  return { systemText: '', turns: [{ role: 'user', parts: [{ type: 'text', text }] }], prefill: '' }
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
  const parts: AssistantPart[] = text === '' ? [] : [{ type: 'text', text }]
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

async function toolCall(
  id: string,
  called: z.infer<typeof CALLED>,
  place: string,
  costs: BodyCosts,
): Promise<AssistantPart> {
  if (costs.slices.isOver) await costs.slices.next()
  const input = await parseArguments(called.arguments, costs)
  if (input === undefined) throw invalidRequest(`${place}: Input should be the JSON of an object`)
  return { type: 'tool-call', id, name: called.name, input }
}

/** JSON within JSON: its members count as the body's, and may nest as deeply. */
async function parseArguments(json: string, costs: BodyCosts): Promise<JsonObject | undefined> {
  if (json.trim() === '') return {}
  try {
    const value = await parseJsonText(json, costs)
    return isJsonObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof JsonDefectError) return undefined
    throw error
  }
}

/** Functions have no ids: a result belongs to the call of the same name. */
function functionCallId(name: string): string {
  return `call_${name}`
}

function resultTurn(toolCallId: string, parts: ToolResultPart['parts']): OpenTurn {
  return { role: 'user', parts: [{ type: 'tool-result', toolCallId, parts, isError: false }] }
}

function addTurn(turns: OpenTurn[], turn: OpenTurn): void {
  if (turn.parts.length === 0) return
  const last = turns.at(-1)
  if (last?.role === 'user' && turn.role === 'user') join(last, turn)
  else if (last?.role === 'assistant' && turn.role === 'assistant') join(last, turn)
  else turns.push(turn)
}

/** Puts an empty line between the texts of messages that become one turn. */
function join<Part extends UserPart | AssistantPart>(
  turn: { parts: Part[]; isJoined?: boolean },
  next: { readonly parts: readonly Part[] },
): void {
  if (!turn.isJoined) turn.parts = joinTexts([], turn.parts)
  turn.isJoined = true
  joinTexts(turn.parts, next.parts)
}

/** Appends in place: a turn may be thousands of messages. */
function joinTexts<Part extends UserPart | AssistantPart>(parts: Part[], more: readonly Part[]): Part[] {
  for (const part of more) {
    const last = parts.at(-1)
    if (last?.type === 'text' && part.type === 'text') {
      parts[parts.length - 1] = { ...last, text: `${last.text}\n\n${part.text}` }
    } else {
      parts.push(part)
    }
  }
  return parts
}

/** Removes trailing white space from the prefill, where it would precede the next word. */
function splitPrefill(openTurns: readonly OpenTurn[]): Pick<Conversation, 'turns' | 'prefill'> {
  const turns = openTurns.map(closed)
  const last = turns.at(-1)
  const only = last?.parts[0]
  if (last?.role !== 'assistant' || last.parts.length !== 1 || only?.type !== 'text')
    return { turns, prefill: '' }
  return { turns: turns.slice(0, -1), prefill: only.text.trimEnd() }
}

function closed(turn: OpenTurn): Turn {
  return turn.role === 'user' ? { role: 'user', parts: turn.parts } : { role: 'assistant', parts: turn.parts }
}
