import type { TokenCounts } from '../../completion/token-counts.ts'

/** What `usage` is written from. */
export type UsageCounts = Pick<TokenCounts, 'promptTokens' | 'completionTokens'> &
  Partial<Pick<TokenCounts, 'cacheReadTokens'>>

/** `usage`, as OpenAI's clients read it. 0 for a prompt that was not counted. */
export function openAiUsage({ promptTokens, completionTokens, cacheReadTokens = 0 }: UsageCounts): object {
  return {
    prompt_tokens: promptTokens ?? 0,
    completion_tokens: completionTokens,
    total_tokens: (promptTokens ?? 0) + completionTokens,
    ...(cacheReadTokens === 0 ? {} : { prompt_tokens_details: { cached_tokens: cacheReadTokens } }),
  }
}
