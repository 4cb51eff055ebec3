import { conversationPrompt } from '../completion/conversation-prompt.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { Tool } from '../completion/tool.ts'
import type { AssistantPart, HumanPart, Turn } from '../completion/turn.ts'
import type { JsonObject } from '../util/json-object.ts'

/** How long a prefix that was cached is known after its last use: five minutes, or an hour. */
export type CacheLifetime = '5m' | '1h'

/** A block of a conversation as its caller sent it. */
export interface Marked<Block> {
  readonly block: Block
  /** Set where the caller wants everything up to the end of this block cached. */
  readonly cacheLifetime: CacheLifetime | null
}

/** A turn, block by block. */
export type MarkedTurn =
  | { readonly role: 'human'; readonly blocks: readonly Marked<HumanPart>[] }
  | { readonly role: 'assistant'; readonly blocks: readonly Marked<AssistantPart>[] }

/**
 * A conversation as its caller sent it: what stands for a model's eyes in a {@link Prompt}, still in blocks. A last turn
 * of the assistant's is what the reply already holds.
 */
export interface MarkedConversation {
  readonly tools: readonly Marked<Tool>[]
  readonly system: readonly Marked<string>[]
  readonly turns: readonly MarkedTurn[]
  readonly thinks: boolean
  readonly replySchema: JsonObject | null
}

/** What a model is given of a conversation. */
export function promptOf({ tools, system, turns, thinks, replySchema }: MarkedConversation): Prompt {
  const last = turns.at(-1)
  const isBegun = last?.role === 'assistant'
  return conversationPrompt({
    systemText: system.map(({ block }) => block).join('\n'),
    turns: (isBegun ? turns.slice(0, -1) : turns).map(turnOf),
    prefill: isBegun ? textOf(last.blocks) : '',
    tools: tools.map(({ block }) => block),
    thinks,
    replySchema,
  })
}

/** Whether any block of a conversation is marked. */
export function hasBreakpoint({ tools, system, turns }: MarkedConversation): boolean {
  const isMarked = ({ cacheLifetime }: Marked<unknown>) => cacheLifetime !== null
  return tools.some(isMarked) || system.some(isMarked) || turns.some(({ blocks }) => blocks.some(isMarked))
}

function turnOf(turn: MarkedTurn): Turn {
  return turn.role === 'human'
    ? { role: 'human', parts: turn.blocks.map(({ block }) => block) }
    : { role: 'assistant', parts: turn.blocks.map(({ block }) => block) }
}

function textOf(blocks: readonly Marked<AssistantPart>[]): string {
  return blocks.map(({ block }) => (block.type === 'text' ? block.text : '')).join('')
}
