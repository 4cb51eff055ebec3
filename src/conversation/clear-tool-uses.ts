import type { AssistantPart, UserPart } from '../completion/turn.ts'
import type { Cacheable, CacheableConversation, CacheableTurn } from './cacheable-conversation.ts'
import type { ClearedConversation } from './clear-thinking.ts'
import type { ClearToolUses } from './context-edit.ts'

/** What a model reads in place of a cleared result. */
export const CLEARED_RESULT = '[The result of this tool call is no longer kept.]'

/**
 * Replaces old tool results by a short text, if the trigger is exceeded.
 *
 * @param tokens the conversation's current number of tokens
 */
export function clearToolUses(
  conversation: CacheableConversation,
  edit: ClearToolUses,
  tokens: number,
): ClearedConversation {
  const names = namesOfCalls(conversation)
  const ids = idsOfResults(conversation).filter((id) => !edit.keptTools.has(names.get(id) ?? ''))
  const { trigger } = edit
  const isDue = 'toolUses' in trigger ? ids.length > trigger.toolUses : tokens > trigger.inputTokens
  const toClear = new Set(isDue ? ids.slice(0, Math.max(0, ids.length - edit.keptToolUses)) : [])
  if (toClear.size === 0) return { edited: conversation, cleared: 0 }
  const turns = conversation.turns.map((turn) => clearTurn(turn, toClear, edit))
  return { edited: { ...conversation, turns }, cleared: toClear.size }
}

function clearTurn(turn: CacheableTurn, toClear: ReadonlySet<string>, edit: ClearToolUses): CacheableTurn {
  if (turn.role === 'user')
    return { ...turn, blocks: turn.blocks.map((cacheable) => clearResult(cacheable, toClear)) }
  return { ...turn, blocks: turn.blocks.map((cacheable) => clearInput(cacheable, toClear, edit)) }
}

function clearResult(cacheable: Cacheable<UserPart>, toClear: ReadonlySet<string>): Cacheable<UserPart> {
  const { block } = cacheable
  if (block.type !== 'tool-result' || !toClear.has(block.toolCallId)) return cacheable
  return { ...cacheable, block: { ...block, parts: [{ type: 'text', text: CLEARED_RESULT }] } }
}

function clearInput(
  cacheable: Cacheable<AssistantPart>,
  toClear: ReadonlySet<string>,
  { clearsInputs }: ClearToolUses,
): Cacheable<AssistantPart> {
  const { block } = cacheable
  if (block.type !== 'tool-call' || !toClear.has(block.id)) return cacheable
  const isCleared = typeof clearsInputs === 'boolean' ? clearsInputs : clearsInputs.has(block.name)
  return isCleared ? { ...cacheable, block: { ...block, input: {} } } : cacheable
}

function namesOfCalls({ turns }: CacheableConversation): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { blocks } of turns) {
    for (const { block } of blocks) if (block.type === 'tool-call') names.set(block.id, block.name)
  }
  return names
}

/** Of the results, oldest first. */
function idsOfResults({ turns }: CacheableConversation): string[] {
  const ids: string[] = []
  for (const { blocks } of turns) {
    for (const { block } of blocks) if (block.type === 'tool-result') ids.push(block.toolCallId)
  }
  return ids
}
