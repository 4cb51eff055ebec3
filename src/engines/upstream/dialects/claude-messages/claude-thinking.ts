import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import type { OnWarning } from '../../decoding/response-decoder.ts'
import type { ClaudeMessagesSettings } from './settings.ts'

/** The API refuses smaller thinking budgets. */
const MIN_BUDGET_TOKENS = 1_024

/**
 * The field `thinking` of a request; null where thinking is not requested, or where the API refuses it: beside a forced
 * tool call, before a prefill, and in less than the smallest budget and one more token.
 */
export function claudeThinking(
  request: CompletionRequest,
  thinkingControl: ClaudeMessagesSettings['thinkingControl'],
  onWarning: OnWarning,
): JsonObject | null {
  const { prompt, maxTokens, thinkingBudgetTokens } = request
  if (!prompt.isThinkingEnabled || thinkingControl === 'none') return null
  const reason = refusalOf(request, thinkingControl)
  if (reason !== null) {
    onWarning(`requested thinking was left out: ${reason}`)
    return null
  }
  if (thinkingControl === 'adaptive') return { type: 'adaptive' }
  const wanted = thinkingBudgetTokens ?? maxTokens
  return {
    type: 'enabled',
    budget_tokens: Math.min(Math.max(wanted, MIN_BUDGET_TOKENS), maxTokens - 1),
  }
}

function refusalOf(
  { prompt, maxTokens, toolChoice }: CompletionRequest,
  thinkingControl: ClaudeMessagesSettings['thinkingControl'],
): string | null {
  if (prompt.tools.length > 0 && toolChoice.type !== 'auto') return 'a tool call is required'
  if (prompt.prefill !== '') return 'the response begins with a prefill'
  return thinkingControl === 'budget' && maxTokens <= MIN_BUDGET_TOKENS
    ? `it needs more than ${MIN_BUDGET_TOKENS} tokens`
    : null
}
