import type { CacheableConversation } from './cacheable-conversation.ts'
import { clearThinking } from './clear-thinking.ts'
import { clearToolUses } from './clear-tool-uses.ts'
import type { AppliedEdit, ContextEdit } from './context-edit.ts'

/** A conversation after its edits. */
export interface EditedConversation {
  readonly conversation: CacheableConversation
  readonly appliedEdits: readonly AppliedEdit[]
  /** The tokens of the conversation before the edits. */
  readonly originalTokens: number
}

/** Counts the tokens of the prompt of a conversation. */
export type CountConversation = (conversation: CacheableConversation) => Promise<number>

/**
 * Applies edits in order.
 *
 * @throws CompletionError as `Engine.countTokens`
 */
export async function editContext(
  original: CacheableConversation,
  edits: readonly ContextEdit[],
  count: CountConversation,
): Promise<EditedConversation> {
  const originalTokens = await count(original)
  const appliedEdits: AppliedEdit[] = []
  let conversation = original
  let tokens = originalTokens
  for (const edit of edits) {
    const { edited, cleared } =
      edit.type === 'clear-thinking'
        ? clearThinking(conversation, edit)
        : clearToolUses(conversation, edit, tokens)
    if (cleared === 0) continue
    const editedTokens = await count(edited)
    const clearedTokens = Math.max(0, tokens - editedTokens)
    if (edit.type === 'clear-thinking') {
      appliedEdits.push({ type: edit.type, clearedTurns: cleared, clearedTokens })
    } else {
      if (clearedTokens < edit.minClearedTokens) continue
      appliedEdits.push({ type: edit.type, clearedToolUses: cleared, clearedTokens })
    }
    conversation = edited
    tokens = editedTokens
  }
  return { conversation, appliedEdits, originalTokens }
}
