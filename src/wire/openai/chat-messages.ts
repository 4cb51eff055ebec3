import * as z from 'zod'
import type { Conversation } from '../../completion/conversation-prompt.ts'
import type { AssistantPart, HumanPart, ToolResultPart, Turn } from '../../completion/turn.ts'
import { invalidRequest, list, ofType, string } from '../body-schema.ts'
import type { ImageReading } from '../image-reading.ts'
import { CONTENT, readContent, readText } from './chat-content.ts'

const CALLED = z.object({ name: string, arguments: string }, { error: ofType('dictionary') })
const MESSAGE = z.object(
  {
    role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'], {
      error: "Input should be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'",
    }),
    content: CONTENT.nullish(),
    refusal: string.nullish(),
    tool_calls: list.pipe(z.array(z.object({ id: string, function: CALLED }))).nullish(),
    function_call: CALLED.nullish(),
    tool_call_id: string.nullish(),
    name: string.nullish(),
  },
  { error: ofType('dictionary') },
)
type Message = z.infer<typeof MESSAGE>

/** A conversation out of `messages`. */
export type ChatConversation = Pick<Conversation, 'systemText' | 'turns' | 'prefill'>

/**
 * Reads `messages`: system and developer texts are joined in front, one below the other; neighbours with one speaker
 * are one turn; results of tools are the human's; a last message of the assistant is what its reply begins with.
 *
 * @throws CompletionError `invalid-request`, with the place
 * @see the API's page on OpenAI SDK compatibility
 */
export function readChatMessages(messages: readonly unknown[], reading: ImageReading): ChatConversation {
  const systemTexts: string[] = []
  const turns: Turn[] = []
  for (const [index, unchecked] of messages.entries()) {
    const place = `messages.${index}`
    const message = checkMessage(unchecked, place)
    if (message.role === 'system' || message.role === 'developer') {
      systemTexts.push(readText(message.content, `${place}.content`))
      continue
    }
    addTurn(turns, readTurn(message, place, reading))
  }
  if (turns.length === 0) throw invalidRequest('messages: at least one message of the user is required')
  const systemText = systemTexts.filter((text) => text !== '').join('\n')
  return { systemText, ...splitPrefill(turns) }
}

/** One at a time, so that of many wrong messages only the first costs anything. */
function checkMessage(unchecked: unknown, place: string): Message {
  const result = MESSAGE.safeParse(unchecked)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw invalidRequest(`${[place, ...(issue?.path ?? [])].map(String).join('.')}: ${issue?.message}`)
}

function readTurn(message: Message, place: string, reading: ImageReading): Turn {
  switch (message.role) {
    case 'assistant':
      return { role: 'assistant', parts: readAssistantParts(message, place) }
    case 'tool':
      if (!message.tool_call_id) throw invalidRequest(`${place}.tool_call_id: Field required`)
      return resultTurn(message.tool_call_id, readContent(message.content, `${place}.content`, reading))
    case 'function':
      if (!message.name) throw invalidRequest(`${place}.name: Field required`)
      return resultTurn(
        functionCallId(message.name),
        readContent(message.content, `${place}.content`, reading),
      )
    default:
      return { role: 'human', parts: readContent(message.content, `${place}.content`, reading) }
  }
}

function readAssistantParts(message: Message, place: string): AssistantPart[] {
  const text = readText(message.content, `${place}.content`) + (message.refusal ?? '')
  const parts: AssistantPart[] = text === '' ? [] : [{ type: 'text', text }]
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    parts.push(toolCall(call.id, call.function, `${place}.tool_calls.${index}.function.arguments`))
  }
  const legacy = message.function_call
  if (legacy) {
    parts.push(toolCall(functionCallId(legacy.name), legacy, `${place}.function_call.arguments`))
  }
  return parts
}

function toolCall(id: string, called: z.infer<typeof CALLED>, place: string): AssistantPart {
  const input = parseArguments(called.arguments)
  if (input === undefined) throw invalidRequest(`${place}: Input should be the JSON of an object`)
  return { type: 'tool-call', id, name: called.name, input }
}

function parseArguments(json: string): Record<string, unknown> | undefined {
  if (json.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(json)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Functions had no ids: a result belongs to the call of the same name. */
function functionCallId(name: string): string {
  return `call_${name}`
}

function resultTurn(toolCallId: string, parts: ToolResultPart['parts']): Turn {
  return { role: 'human', parts: [{ type: 'tool-result', toolCallId, parts, isError: false }] }
}

function addTurn(turns: Turn[], turn: Turn): void {
  if (turn.parts.length === 0) return
  const last = turns.at(-1)
  if (last?.role === 'human' && turn.role === 'human') {
    turns[turns.length - 1] = { role: 'human', parts: joinTexts([...last.parts, ...turn.parts]) }
  } else if (last?.role === 'assistant' && turn.role === 'assistant') {
    turns[turns.length - 1] = { role: 'assistant', parts: joinTexts([...last.parts, ...turn.parts]) }
  } else {
    turns.push(turn)
  }
}

/** Two messages that become one stay apart by an empty line. */
function joinTexts<Part extends HumanPart | AssistantPart>(parts: readonly Part[]): Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (last?.type === 'text' && part.type === 'text') {
      joined[joined.length - 1] = { ...last, text: `${last.text}\n\n${part.text}` }
    } else {
      joined.push(part)
    }
  }
  return joined
}

/** White space behind what the reply begins with would stand between it and the next word. */
function splitPrefill(turns: readonly Turn[]): Pick<Conversation, 'turns' | 'prefill'> {
  const last = turns.at(-1)
  const only = last?.parts[0]
  if (last?.role !== 'assistant' || last.parts.length !== 1 || only?.type !== 'text')
    return { turns, prefill: '' }
  return { turns: turns.slice(0, -1), prefill: only.text.trimEnd() }
}
