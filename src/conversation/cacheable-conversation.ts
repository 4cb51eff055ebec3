import { conversationPrompt } from '../completion/conversation-prompt.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { Tool } from '../completion/tool.ts'
import type { AssistantPart, CacheTtl, TextPart, Turn, UserPart } from '../completion/turn.ts'
import type { JsonObject } from '../util/json-object.ts'

/** A block of a conversation, as it was sent. */
export interface Cacheable<Block> {
  readonly block: Block
  /** Set where everything up to the end of this block is to be cached. */
  readonly cacheTtl: CacheTtl | null
}

/** A turn, block by block. */
export type CacheableTurn =
  | { readonly role: 'user'; readonly blocks: readonly Cacheable<UserPart>[] }
  | { readonly role: 'assistant'; readonly blocks: readonly Cacheable<AssistantPart>[] }

/**
 * A conversation as it was sent, block by block: the source of a {@link Prompt}. If the last turn is the assistant's, the
 * reply continues it.
 */
export interface CacheableConversation {
  readonly tools: readonly Cacheable<Tool>[]
  readonly system: readonly Cacheable<string>[]
  readonly turns: readonly CacheableTurn[]
  readonly isThinkingEnabled: boolean
  readonly outputSchema: JsonObject | null
}

/**
 * The prompt of a conversation.
 *
 * @param keepsBreakpoints whether it says what is to be cached, for an engine that caches what it is asked to
 */
export function promptOf(conversation: CacheableConversation, keepsBreakpoints = false): Prompt {
  const { tools, system, turns, isThinkingEnabled, outputSchema } = conversation
  const last = turns.at(-1)
  const isBegun = last?.role === 'assistant'
  const partOf = keepsBreakpoints ? withBreakpoint : withoutBreakpoint
  const hasSystemBreakpoint = keepsBreakpoints && system.some(({ cacheTtl }) => cacheTtl !== null)
  return conversationPrompt({
    systemText: system.map(({ block }) => block).join('\n'),
    ...(hasSystemBreakpoint ? { systemParts: system.map(systemPart) } : {}),
    turns: (isBegun ? turns.slice(0, -1) : turns).map((turn) => turnOf(turn, partOf)),
    prefill: isBegun ? textOf(last.blocks) : '',
    tools: tools.map(partOf),
    isThinkingEnabled,
    outputSchema,
    // As the API promises; there is no field for it.
    ...(outputSchema === null ? {} : { isOutputStrict: true }),
  })
}

/** Whether anything of a conversation is to be cached. */
export function hasBreakpoint({ tools, system, turns }: CacheableConversation): boolean {
  const hasCacheControl = ({ cacheTtl }: Cacheable<unknown>) => cacheTtl !== null
  return (
    tools.some(hasCacheControl) ||
    system.some(hasCacheControl) ||
    turns.some(({ blocks }) => blocks.some(hasCacheControl))
  )
}

function turnOf(turn: CacheableTurn, partOf: typeof withBreakpoint): Turn {
  return turn.role === 'user'
    ? { role: 'user', parts: turn.blocks.map(partOf) }
    : { role: 'assistant', parts: turn.blocks.map(partOf) }
}

function systemPart({ block, cacheTtl }: Cacheable<string>): TextPart {
  return withBreakpoint({ block: { type: 'text', text: block }, cacheTtl })
}

function withoutBreakpoint<Block extends object>({ block }: Cacheable<Block>): Block {
  return block
}

function withBreakpoint<Block extends object>({ block, cacheTtl }: Cacheable<Block>): Block {
  return cacheTtl === null ? block : { ...block, cacheTtl }
}

function textOf(blocks: readonly Cacheable<AssistantPart>[]): string {
  return blocks.map(({ block }) => (block.type === 'text' ? block.text : '')).join('')
}
