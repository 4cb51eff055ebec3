import type { CacheScope } from './cache-scope.ts'
import type { Prompt } from './prompt.ts'
import type { LogprobsRequest } from './scored-token.ts'
import type { ToolChoice } from './tool.ts'
import type { TraceContext } from './trace-context.ts'

/** How tokens are sampled, in the API's ranges. Null disables a cut-off. */
export interface SamplingParams {
  /** 0 (greedy) to 1. */
  readonly temperature: number
  /** Nucleus sampling: the smallest set of tokens with this share of the probability, 0 to 1. */
  readonly topP: number | null
  /** Only the k likeliest tokens; 0 for all. */
  readonly topK: number | null
}

/** A request that passed every check: nothing that takes this type validates its values again. */
export interface CompletionRequest {
  /** The resolved id, never an alias. */
  readonly modelId: string
  readonly prompt: Prompt
  /** 0 only evaluates the prompt: an engine is asked for at least 1. An engine ends earlier where its context window does. */
  readonly maxTokens: number
  /** Including the built-in one; none is empty. */
  readonly stopSequences: readonly string[]
  readonly sampling: SamplingParams
  readonly toolChoice: ToolChoice
  readonly allowsParallelToolCalls: boolean
  /** Most thinking tokens; null for no limit but `maxTokens`. */
  readonly thinkingBudgetTokens: number | null
  /** Left out where no token is scored. */
  readonly logprobs?: LogprobsRequest
  /** For engines that call upstreams. */
  readonly trace?: TraceContext
  /** The test that sent it (header `x-continuo-test`), which has its own faults and plays its own recordings. */
  readonly testName?: string
  /** Null when left out. */
  readonly cacheScope?: CacheScope
  /** Whether others go first, where an engine can tell; not if left out. */
  readonly isBackground?: boolean
}

/** Whether a reply may hold several tool calls: a client that names one tool waits for one call. */
export function allowsSeveralCalls({
  toolChoice,
  allowsParallelToolCalls,
}: Pick<CompletionRequest, 'toolChoice' | 'allowsParallelToolCalls'>): boolean {
  return allowsParallelToolCalls && toolChoice.type !== 'tool'
}

/** The fields of a request without tools and thinking. */
export const NO_TOOLS_OR_THINKING = {
  toolChoice: { type: 'auto' },
  allowsParallelToolCalls: true,
  thinkingBudgetTokens: null,
} as const satisfies Partial<CompletionRequest>
