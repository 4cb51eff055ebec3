import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import type { ScoredToken } from '../../../completion/scored-token.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { TokenPiece } from '../llama-cpp/vocabulary.ts'
import type { Sampler } from '../sampling/sampler.ts'

/** What decides whether compacting sequences pays. */
export interface CompactionCost {
  /** The keys and values of one token, in bytes. */
  readonly kvCacheBytesPerToken: number
  /** What every evaluation reads, however few its tokens are. */
  readonly modelBytes: number
}

/**
 * A model and its KV cache, as the scheduler uses them. `LlamaContext` is the real one; tests script one.
 * Sequence ids go from 0 to `maxSequences - 1`.
 */
export interface DecodingContext {
  readonly maxSequences: number
  /** The most tokens of one sequence. */
  readonly contextWindowTokens: number
  readonly maxBatchTokens: number
  /** The most tokens of prompts that are scored in one batch. */
  readonly maxScoredTokens: number
  /** Null where scattered sequence ids cost nothing: in a unified KV cache, or with one sequence per batch. */
  readonly compactionCost: CompactionCost | null
  /** See `trimReuseToTile`. */
  readonly hasFlashAttention: boolean
  /** Whether a sequence can be truncated and copied, which recurrent models cannot do. */
  readonly canReusePrefix: boolean

  /** @param scope grammars that the same scope used before are not compiled again */
  createSampler(params: SamplingParams, constraint: OutputConstraint | null, scope: CacheScope): Sampler
  /**
   * Scores a token.
   *
   * @param logitsIndex the index in the batch that was decoded last of the token before it; null if there is none
   * @param top how many of the likeliest tokens are named
   */
  scoreToken(logitsIndex: number | null, tokenId: number, top: number): ScoredToken
  isEndOfGeneration(tokenId: number): boolean
  pieceOf(tokenId: number): TokenPiece

  /** Adds a token to the end of the next batch. */
  addToBatch(seqId: number, tokenId: number, position: number, wantsLogits: boolean): void
  /**
   * Evaluates the batch and empties it. On `kv-cache-full` nothing was evaluated.
   *
   * @throws Error when llama.cpp reports that the evaluation failed
   */
  decodeBatch(): 'done' | 'kv-cache-full'

  /** Removes all tokens of a sequence from a position on; false if it can only be cleared as a whole. */
  truncate(seqId: number, position: number): boolean
  clear(seqId: number): void
  /**
   * Copies what the source holds to the target, which must be empty.
   *
   * @throws Error when llama.cpp cannot do it; what the target holds is unknown then
   */
  copySequence(source: number, target: number): void
  /**
   * Swaps what two sequences hold.
   *
   * @throws Error when llama.cpp cannot do it; what the two held is lost then
   */
  swapSequences(one: number, other: number): void
}
