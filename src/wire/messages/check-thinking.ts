import { invalidRequest } from '../body-schema.ts'
import type { ReadConversation } from './read-conversation.ts'

const GUIDE = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking'

/** The fields that thinking restricts. */
export interface ThinkingSurroundings {
  readonly max_tokens: number
  readonly temperature?: number | null | undefined
  readonly top_p?: number | null | undefined
  readonly top_k?: number | null | undefined
  readonly messages: readonly unknown[]
}

/**
 * Checks a request with thinking against the real API's rules.
 *
 * @param allowsInterleaving whether thinking may come between tool calls, so that its budget spans several responses
 * @throws CompletionError `invalid-request`
 * @see the API's guide on extended thinking
 */
export function checkThinking(
  fields: ThinkingSurroundings,
  { conversation, thinkingBudgetTokens, toolChoice }: ReadConversation,
  allowsInterleaving: boolean,
): void {
  if (!conversation.isThinkingEnabled) return
  const { max_tokens: maxTokens, temperature, top_p: topP, top_k: topK } = fields
  if (toolChoice.type !== 'auto') {
    throw invalidRequest('Thinking may not be enabled when tool_choice forces tool use.')
  }
  if ((temperature ?? 1) !== 1) {
    throw invalidRequest(
      `\`temperature\` may only be set to 1 when thinking is enabled. Please consult our documentation at ${GUIDE}`,
    )
  }
  if ((topP ?? 1) < 0.95) {
    throw invalidRequest('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.')
  }
  if ((topK ?? null) !== null) throw invalidRequest('`top_k` must be unset when thinking is enabled.')
  if (thinkingBudgetTokens !== null && thinkingBudgetTokens >= maxTokens && !allowsInterleaving) {
    throw invalidRequest('`max_tokens` must be greater than `thinking.budget_tokens`.')
  }
  checkFirstBlock(fields.messages)
}

/** An assistant turn that continues after tool results must keep the thinking that it started with. */
function checkFirstBlock(messages: readonly unknown[]): void {
  const last = messages.length - 1
  const index = isOf(messages[last], 'assistant')
    ? last
    : firstTypeOf(messages[last]) === 'tool_result'
      ? last - 1
      : -1
  if (index === -1) return
  const type = firstTypeOf(messages[index])
  if (type === undefined || type === 'thinking' || type === 'redacted_thinking') return
  throw invalidRequest(
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${type}\`. ` +
      'When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the ' +
      'lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous ' +
      `turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at ${GUIDE}`,
  )
}

function isOf(message: unknown, role: string): boolean {
  return (message as { role?: unknown } | undefined)?.role === role
}

/** The type of a message's first block; undefined without blocks. `readTurns` has checked the blocks. */
function firstTypeOf(message: unknown): string | undefined {
  const content = (message as { content?: string | readonly { type: string }[] } | undefined)?.content
  if (typeof content === 'string') return content === '' ? undefined : 'text'
  return content?.[0]?.type
}
