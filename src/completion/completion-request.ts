import type { CacheScope } from './cache-scope.ts'
import type { Prompt } from './prompt.ts'
import type { ToolChoice } from './tool.ts'
import type { TraceContext } from './trace-context.ts'

/** How the next token is drawn. Ranges are those of the API; a null leaves that cut off. */
export interface SamplingParams {
  /** 0 (always the likeliest token) to 1. */
  readonly temperature: number
  /** Nucleus: the smallest set of tokens with this share of the probability, 0 to 1. */
  readonly topP: number | null
  /** Only the k likeliest tokens; 0 means all of them. */
  readonly topK: number | null
}

/** A request that passed every check: nothing below this type looks at its values' ranges again. */
export interface CompletionRequest {
  /** The resolved id: a snapshot, never an alias. */
  readonly modelId: string
  readonly prompt: Prompt
  /** At least 1. An engine ends earlier where its context window does. */
  readonly maxTokens: number
  /** The built-in one and the caller's, none of them empty. */
  readonly stopSequences: readonly string[]
  readonly sampling: SamplingParams
  /** Of the prompt's tools. */
  readonly toolChoice: ToolChoice
  /** Whether one reply may hold several calls. */
  readonly allowsParallelToolCalls: boolean
  /** Most tokens of thoughts, for a prompt that asks for them; null: as many as there are tokens at all. */
  readonly thinkingBudgetTokens: number | null
  /** The trace it belongs to, for engines that ask others. */
  readonly trace?: TraceContext
  /** Left out: that of all who have none of their own. */
  readonly cacheScope?: CacheScope
}

/** What a request without tools and thoughts says of them. */
export const NO_TOOLS_OR_THINKING = {
  toolChoice: { type: 'auto' },
  allowsParallelToolCalls: true,
  thinkingBudgetTokens: null,
} as const satisfies Partial<CompletionRequest>
