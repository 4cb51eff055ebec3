import type { DecodingContext } from '../decoding/decoding-context.ts'
import type { Placement } from './place-request.ts'
import { isBusy, type Sequence } from './sequence.ts'
import { trimReuseToTile } from './trim-reuse-to-tile.ts'

/** The sequences of the KV cache; keeps each one's `cachedTokens` true to what llama.cpp holds. */
export class KvCache {
  readonly sequences: readonly Sequence[]
  readonly #context: DecodingContext

  constructor(context: DecodingContext) {
    this.#context = context
    this.sequences = Array.from({ length: context.maxSequences }, (_, seqId) => ({
      seqId,
      cachedTokens: [],
      cacheScope: null,
      running: null,
      lastAdmission: 0,
    }))
  }

  /** Leaves nothing but the reused prefix in the target; returns its length. */
  reusePrefix({ target, source, reusedTokens }: Placement, promptTokens: number): number {
    const from = source ?? target
    const keptTokens = this.#context.hasFlashAttention
      ? trimReuseToTile(reusedTokens, promptTokens)
      : reusedTokens
    const prefix = from.cachedTokens.slice(0, keptTokens)
    const isThere = prefix.length > 0 && (source === null || this.#tryCopy(source, target))
    target.cachedTokens.length = 0
    if (isThere && this.#context.truncate(target.seqId, prefix.length)) {
      for (const token of prefix) target.cachedTokens.push(token)
    } else {
      this.#context.clear(target.seqId)
    }
    return target.cachedTokens.length
  }

  /**
   * Swaps the ids of two sequences, and what the KV cache holds under them.
   *
   * @throws Error when llama.cpp cannot do it; both are lost then, and the second one is empty
   */
  swap(one: Sequence, other: Sequence): void {
    try {
      this.#context.swapSequences(one.seqId, other.seqId)
    } catch (error) {
      this.clear(other)
      throw error
    }
    const { seqId } = one
    one.seqId = other.seqId
    other.seqId = seqId
  }

  /** Removes tokens from the end of a sequence. */
  dropLast(sequence: Sequence, tokens: number): void {
    if (tokens === 0) return
    sequence.cachedTokens.length -= tokens
    if (this.#context.truncate(sequence.seqId, sequence.cachedTokens.length)) return
    throw new Error('llama.cpp could not remove rejected draft tokens')
  }

  clear(sequence: Sequence): void {
    sequence.cachedTokens.length = 0
    this.#context.clear(sequence.seqId)
  }

  clearIdle(): void {
    for (const sequence of this.sequences) if (!isBusy(sequence)) this.clear(sequence)
  }

  /** A prefix that cannot be copied is evaluated again. */
  #tryCopy(source: Sequence, target: Sequence): boolean {
    this.clear(target)
    try {
      this.#context.copySequence(source.seqId, target.seqId)
      return true
    } catch {
      return false
    }
  }
}
