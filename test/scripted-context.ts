import type { CompactionCost, DecodingContext } from '../src/engines/llama/decoding/decoding-context.ts'
import type { Sampler } from '../src/engines/llama/sampling/sampler.ts'

/** Ends a completion. */
export const END_TOKEN = 0

interface Row {
  readonly seqId: number
  readonly tokenId: number
  readonly position: number
  readonly wantsLogits: boolean
}

/** What a scripted context is like. */
export interface ScriptedContextOptions {
  readonly maxSequences: number
  readonly contextWindowTokens?: number
  readonly maxBatchTokens?: number
  readonly canReusePrefix?: boolean
  readonly compactionCost?: CompactionCost | null
  /** All that is in a sequence's cache, to the next token. */
  readonly nextToken: (cachedTokens: readonly number[]) => number
}

/**
 * A model without weights: the next token is a function of what its KV cache really holds, so that a scheduler that
 * mixes up positions, sequences or prefixes draws other tokens. Tokens are letters: token 1 is `a`.
 */
export class ScriptedContext implements DecodingContext {
  readonly maxSequences: number
  readonly contextWindowTokens: number
  readonly maxBatchTokens: number
  readonly canReusePrefix: boolean
  readonly hasFlashAttention = true
  readonly compactionCost: CompactionCost | null
  failNextSwap = false
  /** The rows of every batch, in order. */
  readonly batches: Row[][] = []
  samplersAlive = 0
  failNextDecode: 'kv-cache-full' | Error | null = null
  readonly #options: ScriptedContextOptions
  readonly #cache: number[][]
  #rows: Row[] = []
  #decoded: Row[] = []

  constructor(options: ScriptedContextOptions) {
    this.#options = options
    this.maxSequences = options.maxSequences
    this.contextWindowTokens = options.contextWindowTokens ?? 64
    this.maxBatchTokens = options.maxBatchTokens ?? 16
    this.canReusePrefix = options.canReusePrefix ?? true
    this.compactionCost = options.compactionCost ?? null
    this.#cache = Array.from({ length: options.maxSequences }, () => [])
  }

  createSampler(): Sampler {
    this.samplersAlive++
    return {
      sample: (logitsIndex) => {
        const row = this.#decoded[logitsIndex]
        if (!row?.wantsLogits) throw new Error(`row ${logitsIndex} has no logits`)
        return this.#options.nextToken(this.#cacheOf(row.seqId).slice(0, row.position + 1))
      },
      free: () => {
        this.samplersAlive--
      },
    }
  }

  isEndOfGeneration(tokenId: number): boolean {
    return tokenId === END_TOKEN
  }

  pieceOf(tokenId: number): string {
    return String.fromCharCode(96 + tokenId)
  }

  addToBatch(seqId: number, tokenId: number, position: number, wantsLogits: boolean): void {
    if (this.#rows.length >= this.maxBatchTokens) throw new Error('the batch is full')
    this.#rows.push({ seqId, tokenId, position, wantsLogits })
  }

  decodeBatch(): 'done' | 'kv-cache-full' {
    const rows = this.#rows
    this.#rows = []
    const failure = this.failNextDecode
    this.failNextDecode = null
    if (failure instanceof Error) throw failure
    if (failure) return failure
    for (const { seqId, tokenId, position } of rows) {
      const cached = this.#cacheOf(seqId)
      if (position !== cached.length)
        throw new Error(`position ${position} in a sequence of ${cached.length}`)
      if (cached.length >= this.contextWindowTokens) throw new Error('the sequence is full')
      cached.push(tokenId)
    }
    this.#decoded = rows
    this.batches.push(rows)
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
    if (isFailing) throw new Error('the two could not be exchanged')
  }

  #cacheOf(seqId: number): number[] {
    const cached = this.#cache[seqId]
    if (!cached) throw new Error(`there is no sequence ${seqId}`)
    return cached
  }
}
