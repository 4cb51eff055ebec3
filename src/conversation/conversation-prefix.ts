import type { Cacheable, CacheableConversation, CacheableTurn } from './cacheable-conversation.ts'

/** The shortest turn. It is appended where a prefix does not end in a user turn, because models require one. */
const SHORTEST_TURN: CacheableTurn = {
  role: 'user',
  blocks: [{ block: { type: 'text', text: 'x' }, cacheTtl: null }],
}

/** A conversation, cut off after one of its blocks. */
export interface ConversationPrefix {
  readonly conversation: CacheableConversation
  /** What was appended, whose tokens are to be subtracted; null if nothing. */
  readonly ending: CacheableConversation | null
}

/**
 * The beginning of a conversation.
 *
 * @param blockCount how many blocks of tools, system text and turns to keep
 */
export function conversationPrefix(
  conversation: CacheableConversation,
  blockCount: number,
): ConversationPrefix {
  let blocksLeft = blockCount
  const take = <Block>(blocks: readonly Cacheable<Block>[]): readonly Cacheable<Block>[] => {
    const taken = blocks.slice(0, blocksLeft)
    blocksLeft -= taken.length
    return taken
  }
  const tools = take(conversation.tools)
  const system = take(conversation.system)
  const turns: CacheableTurn[] = []
  for (const turn of conversation.turns) {
    if (blocksLeft === 0) break
    turns.push(
      turn.role === 'user'
        ? { role: 'user', blocks: take(turn.blocks) }
        : { role: 'assistant', blocks: take(turn.blocks) },
    )
  }
  const prefix = { ...conversation, tools, system, turns }
  if (turns.at(-1)?.role === 'user') return { conversation: prefix, ending: null }
  return {
    conversation: { ...prefix, turns: [...turns, SHORTEST_TURN] },
    ending: { ...conversation, tools: [], system: [], turns: [SHORTEST_TURN] },
  }
}
