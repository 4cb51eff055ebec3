import type { Engine } from '../completion/engine.ts'
import { type CacheableConversation, promptOf } from '../conversation/cacheable-conversation.ts'
import type { AppliedEdit, ContextEdit } from '../conversation/context-edit.ts'
import { editContext } from '../conversation/edit-context.ts'

/** A conversation after its edits. */
export interface EditedConversation {
  readonly conversation: CacheableConversation
  /** Null if no edits were requested. */
  readonly appliedEdits: readonly AppliedEdit[] | null
  /** The tokens before the edits; null if none were requested. */
  readonly originalTokens: number | null
}

/**
 * Applies the requested edits, if any.
 *
 * @throws CompletionError as `Engine.countTokens`, which is called only if there are edits
 */
export async function editConversation(
  input: { readonly conversation: CacheableConversation; readonly edits: readonly ContextEdit[] | null },
  engine: Pick<Engine, 'countTokens'>,
  signal: AbortSignal,
): Promise<EditedConversation> {
  const { conversation, edits } = input
  if (edits === null) return { conversation, appliedEdits: null, originalTokens: null }
  return editContext(conversation, edits, (version) => engine.countTokens(promptOf(version), signal))
}
