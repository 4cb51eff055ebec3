import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import type { OnWarning } from '../upstream-dialect.ts'
import type { ThinkingControl } from '../upstream-settings.ts'

/** Fewer tokens of thoughts than this are refused. */
const MIN_BUDGET_TOKENS = 1_024

/**
 * How a request asks a Claude model to think; null where it does not, or where the API refuses thoughts: beside a call
 * that is forced, before a prefill, and in fewer tokens than the least budget and one more.
 */
export function claudeThinking(
  request: CompletionRequest,
  thinkingControl: ThinkingControl,
  onWarning: OnWarning,
): JsonObject | null {
  const { prompt, maxTokens, thinkingBudgetTokens } = request
  if (!prompt.isThinkingEnabled || (thinkingControl !== 'budget' && thinkingControl !== 'adaptive'))
    return null
  const reason = refusalOf(request, thinkingControl)
  if (reason !== null) {
    onWarning(`thoughts that a caller asks for were left out: ${reason}`)
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
  thinkingControl: ThinkingControl,
): string | null {
  if (prompt.tools.length > 0 && toolChoice.type !== 'auto') return 'a tool has to be called'
  if (prompt.prefill !== '') return 'the reply is begun already'
  return thinkingControl === 'budget' && maxTokens <= MIN_BUDGET_TOKENS
    ? `they need more than ${MIN_BUDGET_TOKENS} tokens`
    : null
}
