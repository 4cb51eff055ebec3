import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { Detokenizer } from '../llama-cpp/detokenizer.ts'
import type { Sampler } from '../sampling/sampler.ts'
import type { PromptLookup } from './prompt-lookup.ts'

/** A request as the scheduler gets it: tokenized, and known to fit the context window. */
export interface SequenceRequest {
  /** Chosen by the caller; names the request in every effect. */
  readonly id: number
  /** At least one. */
  readonly promptTokens: Int32Array
  readonly maxTokens: number
  /** What there is no more of when so many tokens are decoded. */
  readonly limit: 'max-tokens' | 'context-window'
  readonly sampling: SamplingParams
  /** Whose prefixes may be reused for it. */
  readonly cacheScope: CacheScope
  /** What the reply is held to; null for most. */
  readonly constraint: OutputConstraint | null
  /** Control tokens that add to the text all the same. */
  readonly preservedTokens: ReadonlyMap<number, string>
}

/** A request that has a sequence. */
export interface RunningRequest {
  readonly request: SequenceRequest
  readonly sampler: Sampler
  readonly detokenizer: Detokenizer
  readonly lookup: PromptLookup
  /** The token that was drawn last and is not yet evaluated; null while the prompt is. */
  sampledToken: number | null
  completionTokens: number
  /** Tokens decoded since the last delta went out: those of an unfinished character, for instance. */
  unreportedTokens: number
}

/** One row of the KV cache. */
export interface Sequence {
  /** llama.cpp's number of the row that it has now: two sequences may exchange theirs. */
  seqId: number
  /** The tokens whose keys and values it holds, in order. They stay when the request ends, for the next to reuse. */
  readonly cachedTokens: number[]
  /** Whose tokens they are: for no other scope are they there. */
  cacheScope: CacheScope
  running: RunningRequest | null
  /** The count of admissions when it was last used; the idle sequence with the lowest is taken first. */
  lastUsed: number
}

/** A sequence with a request in it. */
export type BusySequence = Sequence & { running: RunningRequest }

/** Whether a request runs in it. */
export function isBusy(sequence: Sequence): sequence is BusySequence {
  return sequence.running !== null
}

/** Whether its prompt is not evaluated yet, or not to its end. */
export function isInPrefill(sequence: Sequence): boolean {
  return sequence.running?.sampledToken === null
}
