import type { TokenCounts } from '../../completion/token-counts.ts'

/** `usage`, as OpenAI's clients read it. 0 for a prompt that was not counted. */
export function openAiUsage({
  promptTokens,
  completionTokens,
}: Pick<TokenCounts, 'promptTokens' | 'completionTokens'>): object {
  return {
    prompt_tokens: promptTokens ?? 0,
    completion_tokens: completionTokens,
    total_tokens: (promptTokens ?? 0) + completionTokens,
  }
}
