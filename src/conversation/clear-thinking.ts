import type { CacheableConversation } from './cacheable-conversation.ts'
import type { ClearThinking } from './context-edit.ts'

/** A conversation without some of what it held, and how much that was. */
export interface ClearedConversation {
  readonly edited: CacheableConversation
  /** How many turns, or uses of tools. */
  readonly cleared: number
}

/** Takes the thoughts out of all turns but the last that have some. */
export function clearThinking(
  conversation: CacheableConversation,
  { keptTurns }: ClearThinking,
): ClearedConversation {
  const thoughtful = conversation.turns.filter(({ blocks }) =>
    blocks.some(({ block }) => block.type === 'thinking'),
  )
  const toClear = new Set(thoughtful.slice(0, Math.max(0, thoughtful.length - keptTurns)))
  const turns = conversation.turns.map((turn) =>
    turn.role === 'assistant' && toClear.has(turn)
      ? { ...turn, blocks: turn.blocks.filter(({ block }) => block.type !== 'thinking') }
      : turn,
  )
  return { edited: { ...conversation, turns }, cleared: toClear.size }
}
