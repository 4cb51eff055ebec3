import type { Prompt } from '../../../../completion/prompt.ts'
import { toolResultText } from '../../../../completion/tool-result-text.ts'
import type {
  AssistantTurn,
  ImagePart,
  TextPart,
  ToolCallPart,
  UserTurn,
} from '../../../../completion/turn.ts'
import type { ThinkingField } from '../openai/openai-servers.ts'

/** A part of a message that is not text alone. */
type ContentPart = Readonly<Record<string, unknown>>

/** A message of a chat. */
export interface OpenAiMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  /** Null beside tool calls. */
  readonly content: string | readonly ContentPart[] | null
  readonly tool_call_id?: string
  readonly tool_calls?: readonly object[]
  /** The thinking of an assistant's message, by either name. */
  readonly reasoning_content?: string
  readonly reasoning?: string
  /** Marks the beginning of a response. */
  readonly prefix?: true
}

const THINKING_FIELDS = ['reasoning_content', 'reasoning'] as const

/** How a server expects messages. */
export interface MessageStyle {
  /** Null sends no thinking. */
  readonly thinkingField: ThinkingField | null
  readonly sendsAllThinking?: boolean
  readonly marksPrefill?: boolean
}

/**
 * A prompt's turns as messages, the prefill last. Templates expect alternating roles and messages that are not empty:
 * empty turns are left out, and neighbours of one role are joined. The first message after the system text is always
 * the user's, an empty one if there is no other.
 *
 * Tool results are messages of their own, of text only: their images go into the next user message. Thinking goes back
 * to the model only in a turn that is not over yet, after the last user text, unless the server wants all of it.
 */
export function openAiMessages(
  prompt: Prompt,
  { thinkingField, sendsAllThinking = false, marksPrefill = false }: MessageStyle,
): OpenAiMessage[] {
  const { systemText, turns, prefill } = prompt
  const messages: OpenAiMessage[] = []
  const lastUserIndex = turns.findLastIndex((turn) => turn.role === 'user' && turn.parts.some(isUserContent))
  for (const [index, turn] of turns.entries()) {
    if (turn.role === 'user') addUserTurn(messages, turn)
    else addAssistantTurn(messages, turn, sendsAllThinking || index > lastUserIndex ? thinkingField : null)
  }
  if (prefill !== '') {
    addMessage(messages, { role: 'assistant', content: prefill, ...(marksPrefill ? { prefix: true } : {}) })
  }
  return [
    ...(systemText === '' ? [] : [{ role: 'system', content: systemText } as const]),
    ...(messages[0]?.role === 'user' ? [] : [{ role: 'user', content: '' } as const]),
    ...messages,
  ]
}

function isUserContent({ type }: UserTurn['parts'][number]): boolean {
  return type !== 'tool-result'
}

function addUserTurn(messages: OpenAiMessage[], { parts }: UserTurn): void {
  const results = parts.filter((part) => part.type === 'tool-result')
  for (const result of results) {
    messages.push({ role: 'tool', tool_call_id: result.toolCallId, content: toolResultText(result) })
  }
  const images = results.flatMap((result) => result.parts.filter((part) => part.type === 'image'))
  const content = parts.filter((part) => part.type !== 'tool-result')
  addMessage(messages, { role: 'user', content: contentOf([...images, ...content]) })
}

function addAssistantTurn(
  messages: OpenAiMessage[],
  { parts }: AssistantTurn,
  thinkingField: ThinkingField | null,
): void {
  const calls = parts.filter((part) => part.type === 'tool-call')
  const text = textOf(parts, '')
  const thinking = parts.map((part) => (part.type === 'thinking' ? part.text : '')).join('')
  addMessage(messages, {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(toolCall) }),
    ...(thinkingField === null || thinking === '' ? {} : { [thinkingField]: thinking }),
  })
}

function toolCall({ id, name, input }: ToolCallPart): object {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } }
}

function contentOf(parts: readonly (TextPart | ImagePart)[]): string | ContentPart[] {
  if (parts.every((part) => part.type === 'text')) return textOf(parts, '\n')
  return parts.filter((part) => part.type !== 'text' || part.text !== '').map(contentPart)
}

function contentPart(part: TextPart | ImagePart): ContentPart {
  if (part.type === 'text') return { type: 'text', text: part.text }
  const { source, mediaType } = part
  const url = 'url' in source ? source.url : `data:${mediaType ?? 'image/png'};base64,${source.base64}`
  return { type: 'image_url', image_url: { url } }
}

/** The text parts that are not empty, joined. */
function textOf(parts: readonly { readonly type: string }[], separator: string): string {
  return parts
    .filter((part): part is TextPart => part.type === 'text')
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join(separator)
}

function addMessage(messages: OpenAiMessage[], message: OpenAiMessage): void {
  const isEmpty = message.content === '' || (Array.isArray(message.content) && message.content.length === 0)
  if (isEmpty && message.tool_calls === undefined) return
  const last = messages.at(-1)
  if (last?.role !== message.role) {
    messages.push(message)
    return
  }
  messages[messages.length - 1] = {
    ...last,
    ...message,
    content: joined(last.content, message.content),
    ...joinedThinking(last, message),
    ...(last.tool_calls || message.tool_calls
      ? { tool_calls: joinLists(last.tool_calls ?? [], message.tool_calls ?? []) }
      : {}),
  }
}

function joined(first: OpenAiMessage['content'], second: OpenAiMessage['content']): OpenAiMessage['content'] {
  if (first === null || second === null) return first ?? second
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n\n${second}`
  return joinLists(partsOf(first), partsOf(second))
}

function joinedThinking(first: OpenAiMessage, second: OpenAiMessage): Partial<OpenAiMessage> {
  const field = THINKING_FIELDS.find((name) => first[name] !== undefined)
  if (field === undefined || second[field] === undefined) return {}
  return { [field]: `${first[field]}\n\n${second[field]}` }
}

/**
 * Appends a list to another in place: neighbours of one speaker may be thousands. The first is of this message alone, for
 * it was made here.
 */
function joinLists<Item>(first: readonly Item[], second: readonly Item[]): readonly Item[] {
  const all = first as Item[]
  for (const item of second) all.push(item)
  return all
}

function partsOf(content: string | readonly ContentPart[]): readonly ContentPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}
