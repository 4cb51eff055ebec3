import { conversationPrompt } from '../completion/conversation-prompt.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { Tool } from '../completion/tool.ts'
import type { AssistantPart, Turn, UserPart } from '../completion/turn.ts'
import type { JsonObject } from '../util/json-object.ts'

/** How long a cached prefix is known after its last use: five minutes, or an hour. */
export type CacheTtl = '5m' | '1h'

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

/** The prompt of a conversation. */
export function promptOf({
  tools,
  system,
  turns,
  isThinkingEnabled,
  outputSchema,
}: CacheableConversation): Prompt {
  const last = turns.at(-1)
  const isBegun = last?.role === 'assistant'
  return conversationPrompt({
    systemText: system.map(({ block }) => block).join('\n'),
    turns: (isBegun ? turns.slice(0, -1) : turns).map(turnOf),
    prefill: isBegun ? textOf(last.blocks) : '',
    tools: tools.map(({ block }) => block),
    isThinkingEnabled,
    outputSchema,
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

function turnOf(turn: CacheableTurn): Turn {
  return turn.role === 'user'
    ? { role: 'user', parts: turn.blocks.map(({ block }) => block) }
    : { role: 'assistant', parts: turn.blocks.map(({ block }) => block) }
}

function textOf(blocks: readonly Cacheable<AssistantPart>[]): string {
  return blocks.map(({ block }) => (block.type === 'text' ? block.text : '')).join('')
}
