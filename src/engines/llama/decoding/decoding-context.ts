import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { TokenPiece } from '../llama-cpp/vocabulary.ts'
import type { Sampler } from '../sampling/sampler.ts'

/** What moving and what not moving costs. */
export interface CompactionCost {
  /** Keys and values of one token, in bytes. */
  readonly kvCacheBytesPerToken: number
  /** What one evaluation reads, however few its tokens. */
  readonly modelBytes: number
}

/**
 * What the scheduler needs of a model and its KV cache. `LlamaContext` is the real one; tests script one.
 * Sequences are numbered from 0 to `maxSequences - 1`.
 */
export interface DecodingContext {
  readonly maxSequences: number
  /** Most tokens of one sequence. */
  readonly contextWindowTokens: number
  /** Most rows of one batch. */
  readonly maxBatchTokens: number
  /**
   * What it costs to evaluate sequences whose rooms are scattered; null where it makes no difference, since all share
   * one room or each is evaluated by itself.
   */
  readonly compactionCost: CompactionCost | null
  /** Whether it is flash attention that reads the KV cache; see `fillTile`. */
  readonly hasFlashAttention: boolean
  /** Whether a sequence can be cut back to a shorter prefix and be copied: not so for recurrent models. */
  readonly canReusePrefix: boolean

  /** @param scope whose grammars need not be read again */
  createSampler(params: SamplingParams, constraint: OutputConstraint | null, scope: CacheScope): Sampler
  isEndOfGeneration(tokenId: number): boolean
  pieceOf(tokenId: number): TokenPiece

  /** Adds a token to the end of the next batch. */
  addToBatch(seqId: number, tokenId: number, position: number, wantsLogits: boolean): void
  /**
   * Evaluates the batch and empties it. `kv-cache-full`: the KV cache had no place and nothing was evaluated.
   *
   * @throws Error when llama.cpp reports that the evaluation failed
   */
  decodeBatch(): 'done' | 'kv-cache-full'

  /** Forgets all of a sequence from a position on; false if only all of it can be forgotten. */
  truncate(seqId: number, position: number): boolean
  clear(seqId: number): void
  /**
   * Makes the target, which must be empty, hold what the source holds.
   *
   * @throws Error when llama.cpp cannot do it; what the target holds is unknown then
   */
  copySequence(source: number, target: number): void
  /**
   * Makes each of the two hold what the other held.
   *
   * @throws Error when llama.cpp cannot do it; what the two hold is lost then
   */
  swapSequences(one: number, other: number): void
}
