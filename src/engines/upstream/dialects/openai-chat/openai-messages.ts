import type { Prompt } from '../../../../completion/prompt.ts'
import { toolResultText } from '../../../../completion/tool-result-text.ts'
import type {
  AssistantTurn,
  ImagePart,
  TextPart,
  ToolCallPart,
  UserTurn,
} from '../../../../completion/turn.ts'

/** A part of a message that is not text alone. */
type ContentPart = Readonly<Record<string, unknown>>

/** A message of a chat. */
export interface OpenAiMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  /** Null beside calls of tools. */
  readonly content: string | readonly ContentPart[] | null
  readonly tool_call_id?: string
  readonly tool_calls?: readonly object[]
  /** What servers call the thoughts of an assistant's message. */
  readonly reasoning_content?: string
  readonly reasoning?: string
}

/** The names that servers have for the thoughts of an assistant's message. */
export type ThinkingField = 'reasoning_content' | 'reasoning'

/**
 * A prompt's turns as messages, the prefill last. Templates want speakers that take turns and messages with something
 * in them: empty turns are left out, and neighbours of one speaker are joined. The first message behind the system text
 * is always the user's, an empty one if there is no other.
 *
 * Results of tools have messages of their own, of text alone: pictures in them go into the next human message. Thoughts
 * go back to the model only where its turn is not over yet, behind the last human words; null sends none.
 */
export function openAiMessages(prompt: Prompt, thinkingField: ThinkingField | null): OpenAiMessage[] {
  const { systemText, turns, prefill } = prompt
  const messages: OpenAiMessage[] = []
  const lastWords = turns.findLastIndex((turn) => turn.role === 'user' && turn.parts.some(isSaid))
  for (const [index, turn] of turns.entries()) {
    if (turn.role === 'user') addUserTurn(messages, turn)
    else addAssistantTurn(messages, turn, index > lastWords ? thinkingField : null)
  }
  if (prefill !== '') addMessage(messages, { role: 'assistant', content: prefill })
  return [
    ...(systemText === '' ? [] : [{ role: 'system', content: systemText } as const]),
    ...(messages[0]?.role === 'user' ? [] : [{ role: 'user', content: '' } as const]),
    ...messages,
  ]
}

function isSaid({ type }: UserTurn['parts'][number]): boolean {
  return type !== 'tool-result'
}

function addUserTurn(messages: OpenAiMessage[], { parts }: UserTurn): void {
  const results = parts.filter((part) => part.type === 'tool-result')
  for (const result of results) {
    messages.push({ role: 'tool', tool_call_id: result.toolCallId, content: toolResultText(result) })
  }
  const pictures = results.flatMap((result) => result.parts.filter((part) => part.type === 'image'))
  const said = parts.filter((part) => part.type !== 'tool-result')
  addMessage(messages, { role: 'user', content: contentOf([...pictures, ...said]) })
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

/** The texts among the parts that hold any. */
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

/**
 * Puts a list behind another in place: neighbours of one speaker may be thousands. The first is of this message alone, for
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
