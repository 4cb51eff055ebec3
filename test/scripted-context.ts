import type { ScoredToken } from '../src/completion/scored-token.ts'
import type { CompactionCost, DecodingContext } from '../src/engines/llama/decoding/decoding-context.ts'
import type { Sampler } from '../src/engines/llama/sampling/sampler.ts'

/** The token that ends a completion. */
export const END_TOKEN = 0

interface BatchToken {
  readonly seqId: number
  readonly tokenId: number
  readonly position: number
  readonly wantsLogits: boolean
}

/** Options of a scripted context. */
export interface ScriptedContextOptions {
  readonly maxSequences: number
  readonly contextWindowTokens?: number
  readonly maxBatchTokens?: number
  readonly maxScoredTokens?: number
  readonly canReusePrefix?: boolean
  readonly compactionCost?: CompactionCost | null
  /** The score of every token; by default that of its position. */
  readonly logprob?: number
  /** The next token after all tokens of a sequence. */
  readonly nextToken: (cachedTokens: readonly number[]) => number
}

/**
 * A model without weights: the next token is a function of the KV cache's actual content, so a scheduler that confuses
 * positions, sequences or prefixes samples other tokens. Tokens are letters: token 1 is `a`.
 */
export class ScriptedContext implements DecodingContext {
  readonly maxSequences: number
  readonly contextWindowTokens: number
  readonly maxBatchTokens: number
  readonly maxScoredTokens: number
  readonly canReusePrefix: boolean
  readonly hasFlashAttention = true
  readonly compactionCost: CompactionCost | null
  failNextSwap = false
  /** The tokens of every batch, in order. */
  readonly batches: BatchToken[][] = []
  samplersAlive = 0
  failNextDecode: 'kv-cache-full' | Error | null = null
  readonly #options: ScriptedContextOptions
  readonly #cache: number[][]
  #batch: BatchToken[] = []
  #decoded: BatchToken[] = []

  constructor(options: ScriptedContextOptions) {
    this.#options = options
    this.maxSequences = options.maxSequences
    this.contextWindowTokens = options.contextWindowTokens ?? 64
    this.maxBatchTokens = options.maxBatchTokens ?? 16
    this.maxScoredTokens = options.maxScoredTokens ?? 16
    this.canReusePrefix = options.canReusePrefix ?? true
    this.compactionCost = options.compactionCost ?? null
    this.#cache = Array.from({ length: options.maxSequences }, () => [])
  }

  createSampler(): Sampler {
    this.samplersAlive++
    return {
      sample: (logitsIndex) => {
        const token = this.#decoded[logitsIndex]
        if (!token?.wantsLogits) throw new Error(`token ${logitsIndex} of the batch has no logits`)
        return this.#options.nextToken(this.#cacheOf(token.seqId).slice(0, token.position + 1))
      },
      free: () => {
        this.samplersAlive--
      },
    }
  }

  /** The score is that of the position: minus the number of tokens before the token. */
  scoreToken(logitsIndex: number | null, tokenId: number, top: number): ScoredToken {
    const text = { text: this.pieceOf(tokenId), bytes: null }
    if (logitsIndex === null) return { ...text, logprob: null, top: [], isControl: false }
    const before = this.#decoded[logitsIndex]
    if (!before?.wantsLogits) throw new Error(`token ${logitsIndex} of the batch has no logits`)
    const logprob = this.#options.logprob ?? -1 - before.position
    return { ...text, logprob, top: top === 0 ? [] : [{ ...text, logprob }], isControl: false }
  }

  isEndOfGeneration(tokenId: number): boolean {
    return tokenId === END_TOKEN
  }

  pieceOf(tokenId: number): string {
    return String.fromCharCode(96 + tokenId)
  }

  addToBatch(seqId: number, tokenId: number, position: number, wantsLogits: boolean): void {
    if (this.#batch.length >= this.maxBatchTokens) throw new Error('the batch is full')
    this.#batch.push({ seqId, tokenId, position, wantsLogits })
  }

  decodeBatch(): 'done' | 'kv-cache-full' {
    const batch = this.#batch
    this.#batch = []
    const failure = this.failNextDecode
    this.failNextDecode = null
    if (failure instanceof Error) throw failure
    if (failure) return failure
    for (const { seqId, tokenId, position } of batch) {
      const cached = this.#cacheOf(seqId)
      if (position !== cached.length)
        throw new Error(`position ${position} in a sequence of ${cached.length}`)
      if (cached.length >= this.contextWindowTokens) throw new Error('the sequence is full')
      cached.push(tokenId)
    }
    this.#decoded = batch
    this.batches.push(batch)
    return 'done'
  }

  truncate(seqId: number, position: number): boolean {
    this.#cacheOf(seqId).length = position
    return true
  }

  clear(seqId: number): void {
    this.#cacheOf(seqId).length = 0
  }

  copySequence(source: number, target: number): void {
    const cached = this.#cacheOf(target)
    if (cached.length > 0) throw new Error('the target is not empty')
    cached.push(...this.#cacheOf(source))
  }

  swapSequences(one: number, other: number): void {
    const isFailing = this.failNextSwap
    this.failNextSwap = false
    const [first, second] = [this.#cacheOf(one), this.#cacheOf(other)]
    this.#cache[one] = isFailing ? [] : second
    this.#cache[other] = isFailing ? [] : first
    if (isFailing) throw new Error('the two could not be swapped')
  }

  #cacheOf(seqId: number): number[] {
    const cached = this.#cache[seqId]
    if (!cached) throw new Error(`there is no sequence ${seqId}`)
    return cached
  }
}
