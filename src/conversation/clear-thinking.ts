import type { CacheableConversation } from './cacheable-conversation.ts'
import type { ClearThinking } from './context-edit.ts'

/** A conversation from which something was cleared. */
export interface ClearedConversation {
  readonly edited: CacheableConversation
  /** The number of turns, or of tool uses. */
  readonly cleared: number
}

/** Removes the thinking from all turns but the last that have some. */
export function clearThinking(
  conversation: CacheableConversation,
  { keptTurns }: ClearThinking,
): ClearedConversation {
  const thinkingTurns = conversation.turns.filter(({ blocks }) =>
    blocks.some(({ block }) => block.type === 'thinking'),
  )
  const toClear = new Set(thinkingTurns.slice(0, Math.max(0, thinkingTurns.length - keptTurns)))
  const turns = conversation.turns.map((turn) =>
    turn.role === 'assistant' && toClear.has(turn)
      ? { ...turn, blocks: turn.blocks.filter(({ block }) => block.type !== 'thinking') }
      : turn,
  )
  return { edited: { ...conversation, turns }, cleared: toClear.size }
}
