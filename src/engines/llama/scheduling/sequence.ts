import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import type { LogprobsRequest, ScoredToken } from '../../../completion/scored-token.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { Detokenizer } from '../llama-cpp/detokenizer.ts'
import type { Sampler } from '../sampling/sampler.ts'
import type { PromptLookup } from './prompt-lookup.ts'

/** A request as the scheduler takes it: tokenized, and known to fit the context window. */
export interface SequenceRequest {
  /** Chosen by the caller; every effect names the request by it. */
  readonly id: number
  /** At least one. */
  readonly promptTokens: Int32Array
  readonly maxTokens: number
  /** The stop reason when `maxTokens` tokens were generated. */
  readonly lengthStopReason: 'max-tokens' | 'context-window'
  readonly sampling: SamplingParams
  /** Only prefixes of the same scope are reused for it. */
  readonly cacheScope: CacheScope
  /** Null for most requests. */
  readonly constraint: OutputConstraint | null
  /** Control tokens that stay in the text, each with the text that it adds. */
  readonly preservedTokens: ReadonlyMap<number, string>
  /** Null where no token is scored. */
  readonly logprobs: LogprobsRequest | null
  /** Whether others go first. */
  readonly isBackground: boolean
}

/** A request that has a sequence. */
export interface RunningRequest {
  readonly request: SequenceRequest
  readonly sampler: Sampler
  readonly detokenizer: Detokenizer
  readonly promptLookup: PromptLookup
  /** The token that was sampled last and is not evaluated yet; null during prefill. */
  sampledToken: number | null
  completionTokens: number
  /** Tokens generated since the last text delta, such as those of an unfinished character. */
  unreportedTokens: number
  /** Of these tokens, where they are scored. */
  unreportedScores: ScoredToken[]
}

/** A sequence of the KV cache. */
export interface Sequence {
  /** llama.cpp's id of the sequence. Two sequences may swap theirs. */
  seqId: number
  /** The tokens whose keys and values the KV cache holds, in order. They stay when the request ends, for prefix reuse. */
  readonly cachedTokens: number[]
  /** The scope of these tokens: requests of another scope cannot reuse them. */
  cacheScope: CacheScope
  running: RunningRequest | null
  /** The count of all admissions at its last one: the lowest is the least recently used. */
  lastAdmission: number
}

/** A sequence with a running request. */
export type BusySequence = Sequence & { running: RunningRequest }

export function isBusy(sequence: Sequence): sequence is BusySequence {
  return sequence.running !== null
}

/** Whether part of its prompt is still to be evaluated. */
export function isInPrefill(sequence: Sequence): sequence is BusySequence {
  return sequence.running?.sampledToken === null
}
