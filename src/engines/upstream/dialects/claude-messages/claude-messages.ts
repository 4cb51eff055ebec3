import { createHash } from 'node:crypto'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { SourceDocument, SourceSearchResult } from '../../../../completion/turn.ts'
import {
  type AssistantPart,
  type CacheBreakpoint,
  type ImagePart,
  REDACTED_THINKING_PREFIX,
  type TextPart,
  type ThinkingPart,
  type Turn,
  type UserPart,
} from '../../../../completion/turn.ts'
import type { JsonObject } from '../../../../util/json-object.ts'

/** A block of a message. */
export type ClaudeBlock = Readonly<Record<string, unknown>>

/** A message of the Messages API. */
export interface ClaudeMessage {
  readonly role: 'user' | 'assistant'
  readonly content: string | readonly ClaudeBlock[]
}

/** A message that the next turn may belong to. */
interface OpenMessage {
  readonly role: ClaudeMessage['role']
  content: ClaudeMessage['content']
  /** Its blocks, once there are some that no other message holds. */
  ownBlocks?: ClaudeBlock[]
}

/**
 * A prompt's turns as messages, the prefill last. The API demands alternating roles and blocks that are not empty: empty
 * turns and blocks are left out, and neighbours of one role are joined. The first message is always the user's, an empty
 * one if there is no other.
 */
export function claudeMessages({ turns, prefill }: Prompt): ClaudeMessage[] {
  const messages: OpenMessage[] = []
  for (const turn of turns) addMessage(messages, messageOf(turn))
  // The API refuses white space at its end.
  if (prefill.trim() !== '') addMessage(messages, { role: 'assistant', content: prefill.trimEnd() })
  const closed = messages.map(({ role, content }): ClaudeMessage => ({ role, content }))
  return closed[0]?.role === 'user' ? closed : [{ role: 'user', content: '' }, ...closed]
}

/** The system text: as blocks where it has breakpoints. */
export function claudeSystem({ systemText, systemParts }: Prompt): JsonObject {
  if (systemText.trim() === '') return {}
  if (systemParts === undefined) return { system: systemText }
  return { system: systemParts.map(textOrImage).filter((block) => block !== null) }
}

/** The field for a breakpoint; five minutes are its default. */
export function cacheControl({ cacheTtl }: CacheBreakpoint): JsonObject {
  if (cacheTtl === undefined) return {}
  return { cache_control: { type: 'ephemeral', ...(cacheTtl === '1h' ? { ttl: cacheTtl } : {}) } }
}

function addMessage(messages: OpenMessage[], message: ClaudeMessage): void {
  if (message.content.length === 0) return
  const last = messages.at(-1)
  if (last?.role === message.role) last.content = joined(last, message.content)
  else messages.push({ ...message })
}

/** Blocks are appended in place: neighbours of one speaker may be thousands. */
function joined(last: OpenMessage, next: ClaudeMessage['content']): ClaudeMessage['content'] {
  if (typeof last.content === 'string' && typeof next === 'string') return `${last.content}\n\n${next}`
  last.ownBlocks ??= [...blocksOf(last.content)]
  for (const block of blocksOf(next)) last.ownBlocks.push(block)
  return last.ownBlocks
}

function blocksOf(content: ClaudeMessage['content']): readonly ClaudeBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function messageOf(turn: Turn): ClaudeMessage {
  const role = turn.role === 'user' ? 'user' : 'assistant'
  const [first, ...others] = turn.parts
  const isPlain = first?.type === 'text' && first.document === undefined && first.cacheTtl === undefined
  if (isPlain && others.length === 0) {
    return { role, content: first.text.trim() === '' ? '' : first.text }
  }
  // Results first: the API demands them directly after the calls.
  const blocks =
    turn.role === 'user'
      ? turn.parts.toSorted((a, b) => Number(isResult(b)) - Number(isResult(a))).map(userBlock)
      : turn.parts.map(assistantBlock)
  return { role, content: blocks.filter((block) => block !== null) }
}

function isResult(part: UserPart): boolean {
  return part.type === 'tool-result'
}

function userBlock(part: UserPart): ClaudeBlock | null {
  if (part.type !== 'tool-result') return textOrImage(part)
  const content = part.parts.map(textOrImage).filter((block) => block !== null)
  return {
    type: 'tool_result',
    tool_use_id: toolUseId(part.toolCallId),
    ...(content.length === 0 ? {} : { content }),
    ...(part.isError ? { is_error: true } : {}),
    ...cacheControl(part),
  }
}

function assistantBlock(part: AssistantPart): ClaudeBlock | null {
  switch (part.type) {
    case 'text':
      return textOrImage(part)
    case 'thinking':
      return thinkingBlock(part)
    case 'tool-call':
      return {
        ...{ type: 'tool_use', id: toolUseId(part.id), name: part.name, input: part.input },
        ...cacheControl(part),
      }
  }
}

/** Null for thinking without a signature: the API takes only its own. */
function thinkingBlock({ text, signature }: ThinkingPart): ClaudeBlock | null {
  if (signature === null) return null
  return signature.startsWith(REDACTED_THINKING_PREFIX)
    ? { type: 'redacted_thinking', data: signature.slice(REDACTED_THINKING_PREFIX.length) }
    : { type: 'thinking', thinking: text, signature }
}

/** Null for blank text, which the API refuses. */
function textOrImage(part: TextPart | ImagePart): ClaudeBlock | null {
  if (part.type === 'text' && part.document !== undefined)
    return { ...documentBlock(part.document), ...cacheControl(part) }
  if (part.type === 'text') {
    return part.text.trim() === '' ? null : { type: 'text', text: part.text, ...cacheControl(part) }
  }
  const { source, mediaType } = part
  const shown =
    'url' in source
      ? { type: 'url', url: source.url }
      : { type: 'base64', media_type: mediaType, data: source.base64 }
  return { type: 'image', source: shown, ...cacheControl(part) }
}

function documentBlock(document: SourceDocument | SourceSearchResult): ClaudeBlock {
  const citations = document.isCited ? { citations: { enabled: true } } : {}
  if (document.type === 'search-result') {
    const { title, source, texts } = document
    const content = texts.map((text) => ({ type: 'text', text }))
    return { type: 'search_result', source, title, content, ...citations }
  }
  const { title, context, source } = document
  return {
    type: 'document',
    source: documentSource(source),
    ...(title === null ? {} : { title }),
    ...(context === null ? {} : { context }),
    ...citations,
  }
}

function documentSource(source: SourceDocument['source']): ClaudeBlock {
  switch (source.type) {
    case 'pdf':
      return { type: 'base64', media_type: 'application/pdf', data: source.base64 }
    case 'text':
      return { type: 'text', media_type: 'text/plain', data: source.text }
    case 'content':
      return { type: 'content', content: source.parts.map(textOrImage).filter((block) => block !== null) }
  }
}

/** Ids of other engines may contain characters that the API refuses. Different ids stay different. */
function toolUseId(id: string): string {
  const fitting = id.replace(/[^a-zA-Z0-9_-]/g, '_')
  if (fitting === id && id !== '') return id
  return `${fitting}_${createHash('sha256').update(id).digest('hex').slice(0, 12)}`
}
