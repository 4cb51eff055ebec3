import type { AppliedEdit } from '../../conversation/context-edit.ts'

/**
 * The field `context_management` of a response, if it has one.
 *
 * @param edits null if the request asked for none
 * @see the API's guide on context editing: the response
 */
export function contextManagement(edits: readonly AppliedEdit[] | null): object {
  return edits === null ? {} : { context_management: { applied_edits: edits.map(appliedEdit) } }
}

function appliedEdit(edit: AppliedEdit): object {
  const { clearedTokens: cleared_input_tokens } = edit
  return edit.type === 'clear-tool-uses'
    ? { type: 'clear_tool_uses_20250919', cleared_tool_uses: edit.clearedToolUses, cleared_input_tokens }
    : { type: 'clear_thinking_20251015', cleared_thinking_turns: edit.clearedTurns, cleared_input_tokens }
}
