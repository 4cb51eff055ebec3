import {
  type AssistantPart,
  type CacheTtl,
  REDACTED_THINKING_PREFIX,
  type TextPart,
  type UserPart,
} from '../../completion/turn.ts'
import type { Cacheable } from '../../conversation/cacheable-conversation.ts'
import { objectAt } from '../../util/json-value.ts'
import { checkBody, invalidRequest } from '../body-schema.ts'
import type { BlockContext } from './block-context.ts'
import { BLOCK_SCHEMAS, type BlockOf, type BlockType } from './block-schemas.ts'
import { readDocument, readSearchResult } from './read-document.ts'
import { readImageSource } from './read-source.ts'
import { readThinking } from './read-thinking.ts'
import { readToolResult } from './read-tool-result.ts'
import { typeOf } from './type-of.ts'

/**
 * Blocks of tools that run on the real API's servers. Conversations that began there contain them.
 */
const SERVER_BLOCK_TYPES = [
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
  'mcp_tool_use',
  'mcp_tool_result',
] as const
const BLOCK_TYPES = [...(Object.keys(BLOCK_SCHEMAS) as BlockType[]), ...SERVER_BLOCK_TYPES]

const SYSTEM_BLOCK_TYPES = ['text'] as const

export type MessageRole = 'user' | 'assistant' | 'system'

/** The role whose messages may hold a block; null for both. Version 2026-10-21 allows documents to users only. */
const ROLES: Readonly<Record<BlockType, 'user' | 'assistant' | null>> = {
  text: null,
  image: 'user',
  document: null,
  search_result: 'user',
  tool_use: 'assistant',
  tool_result: 'user',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
}

/** The parts that a block becomes: none, one, or several for a document. */
export type BlockParts = readonly Cacheable<UserPart | AssistantPart>[]

/**
 * Reads a content block.
 *
 * @param place such as `messages.0.content.0`
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Messages": `messages`
 */
export function readBlock(
  value: unknown,
  role: MessageRole,
  place: string,
  context: BlockContext,
): BlockParts {
  const type = typeOf(value, role === 'system' ? SYSTEM_BLOCK_TYPES : BLOCK_TYPES, place)
  if (!(type in BLOCK_SCHEMAS)) return readServerBlock(type, place, context)
  const block: BlockOf<BlockType> = checkBody(value, BLOCK_SCHEMAS[type as BlockType], `${place}.${type}`)
  checkRole(block.type, role, place, context)
  const own = 'cache_control' in block ? cacheTtl(block.cache_control) : null
  const ttl = block.type === 'tool_result' ? (own ?? cacheTtlWithin(block)) : own
  const parts = readParts(block, role, place, context)
  return parts.map((part, index) => ({
    block: part,
    cacheTtl: index === parts.length - 1 ? ttl : null,
  }))
}

/** The lifetime that a `cache_control` asks for; null without one. */
export function cacheTtl(
  control: { readonly ttl?: CacheTtl | undefined } | null | undefined,
): CacheTtl | null {
  return control ? (control.ttl ?? '5m') : null
}

/** A breakpoint within a result counts as one at its end: the result is one part of the prompt. */
function cacheTtlWithin({ content }: BlockOf<'tool_result'>): CacheTtl | null {
  if (!Array.isArray(content)) return null
  // readToolResult checks the inner blocks, and refuses what is wrong with them.
  const ttls = content.map((inner) => objectAt(inner, 'cache_control')).filter((found) => found !== undefined)
  if (ttls.length === 0) return null
  return ttls.some(({ ttl }) => ttl === '1h') ? '1h' : '5m'
}

function readParts(
  block: BlockOf<BlockType>,
  role: MessageRole,
  place: string,
  context: BlockContext,
): readonly (UserPart | AssistantPart)[] {
  switch (block.type) {
    case 'text':
      return [readText(block, role, place, context)]
    case 'image':
      return [readImageSource(block.source, place, context)]
    case 'document':
      return readDocument(block, place, context)
    case 'search_result':
      return [readSearchResult(block, place, context)]
    case 'tool_use':
      return [{ type: 'tool-call', id: block.id, name: block.name, input: block.input }]
    case 'tool_result':
      return [readToolResult(block, place, context)]
    case 'thinking':
      return readThinking(block, place, context)
    case 'redacted_thinking':
      // Only the engine that may have created it can decrypt it.
      return [{ type: 'thinking', text: '', signature: REDACTED_THINKING_PREFIX + block.data }]
  }
}

function readText(
  { text, citations }: BlockOf<'text'>,
  role: MessageRole,
  place: string,
  { version, rules }: BlockContext,
): TextPart {
  if (text === '') throw invalidRequest('messages: text content blocks must be non-empty')
  const isCited =
    role !== 'assistant' && citations !== undefined && citations !== null && citations.length > 0
  if (isCited && rules.strictVersions && version === '2026-10-21') {
    throw invalidRequest(`${place}.text.citations: Extra inputs are not permitted`)
  }
  return { type: 'text', text }
}

function checkRole(
  type: BlockType,
  role: MessageRole,
  place: string,
  { version, rules }: BlockContext,
): void {
  const isNewDocument = type === 'document' && rules.strictVersions && version === '2026-10-21'
  const only = isNewDocument ? 'user' : ROLES[type]
  if (only === null || only === role) return
  const wireRole = only === 'user' ? 'user' : 'assistant'
  throw invalidRequest(`${place}: \`${type}\` blocks can only be in \`${wireRole}\` messages`)
}

function readServerBlock(type: string, place: string, { rules }: BlockContext): BlockParts {
  if (!rules.refuseServerBlocks) return []
  throw invalidRequest(`${place}: '${type}' blocks are not available on this server.`)
}
