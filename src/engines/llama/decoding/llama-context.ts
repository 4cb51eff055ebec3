import koffi from 'koffi'
import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { ScoredToken } from '../../../completion/scored-token.ts'
import { availableMemoryBytes } from '../../../util/available-memory.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import { grownKvCells } from '../llama-cpp/kv-cells.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import type { Pointer } from '../llama-cpp/native-library.ts'
import type { TokenPiece } from '../llama-cpp/vocabulary.ts'
import { createSamplerChain } from '../sampling/create-sampler-chain.ts'
import { GrammarSampler } from '../sampling/grammar-sampler.ts'
import type { Sampler } from '../sampling/sampler.ts'
import { scoreToken } from '../sampling/score-token.ts'
import { StructuredOutput } from '../sampling/structured-output.ts'
import type { CompactionCost, DecodingContext } from './decoding-context.ts'
import { KvContext } from './kv-context.ts'

const MAX_RANDOM_SEED = 0xffff_fffe
/** Logits that are read in one step to score a prompt: they take 16 MB and some 30 ms. */
const MAX_SCORED_LOGITS = 4 * 1024 * 1024

/** All threads of a pool wake for each batch, so small and large batches have pools of their own. */
type BatchWidth = 'narrow' | 'wide'

/**
 * A context of llama.cpp with its KV cache, its thread pools and the arrays of its next batch. The cache begins with few
 * cells. When a batch needs more, a larger context takes its place.
 */
export class LlamaContext implements DecodingContext {
  readonly maxSequences: number
  readonly contextWindowTokens: number
  readonly maxBatchTokens: number
  readonly maxScoredTokens: number
  readonly canReusePrefix: boolean
  readonly hasFlashAttention: boolean
  readonly compactionCost: CompactionCost | null
  readonly #library: LlamaLibrary
  readonly #model: LlamaModel
  readonly #settings: ContextSettings
  /** Whether each sequence has KV cells of its own. */
  readonly #hasKvStreams: boolean
  #kv: KvContext
  /** The cells of a sequence that the next batch needs. */
  #neededCells = 0
  readonly #pools: Readonly<Record<BatchWidth, Pointer>>
  #attachedPool: BatchWidth | null = null
  readonly #tokens: Int32Array
  readonly #positions: Int32Array
  readonly #seqIdCounts: Int32Array
  readonly #seqIdPointers: BigUint64Array
  readonly #wantsLogits: Int8Array
  /** A C array `{ id }` for each sequence; it must live as long as the addresses that point to it. */
  readonly #seqIds: readonly Int32Array[]
  readonly #seqIdAddresses: readonly bigint[]
  #batchTokens = 0
  #structuredOutput: StructuredOutput | null = null

  /** @throws EngineLoadError when there is too little memory for the KV cache */
  constructor(library: LlamaLibrary, model: LlamaModel, settings: ContextSettings) {
    this.#library = library
    this.#model = model
    this.#settings = settings
    this.maxSequences = settings.maxSequences
    this.maxBatchTokens = settings.maxBatchTokens
    this.maxScoredTokens = Math.max(1, Math.floor(MAX_SCORED_LOGITS / model.vocabulary.size))
    this.canReusePrefix = !settings.reproducible && !model.isRecurrent
    this.hasFlashAttention = settings.flashAttention
    this.#hasKvStreams = settings.kvCache === 'per-sequence'
    this.compactionCost = this.#hasKvStreams && this.canReusePrefix ? compactionCostOf(model) : null
    const kv = KvContext.open(library, model, settings, settings.kvCells)
    if (kv === null) {
      throw new EngineLoadError(
        `llama.cpp could not make a context for ${settings.maxSequences} sequences of ${settings.kvCells} tokens: there is too little memory, or the model does not work with --kv-cache-type ${settings.kvCacheType}.`,
      )
    }
    this.#kv = kv
    this.contextWindowTokens = settings.contextWindowTokens
    this.#pools = makePools(library, settings)
    this.#tokens = new Int32Array(settings.maxBatchTokens)
    this.#positions = new Int32Array(settings.maxBatchTokens)
    this.#seqIdCounts = new Int32Array(settings.maxBatchTokens).fill(1)
    this.#seqIdPointers = new BigUint64Array(settings.maxBatchTokens)
    this.#wantsLogits = new Int8Array(settings.maxBatchTokens)
    this.#seqIds = Array.from({ length: settings.maxSequences }, (_, id) => Int32Array.of(id))
    this.#seqIdAddresses = this.#seqIds.map((id) => koffi.address(id))
  }

  free(): void {
    this.#structuredOutput?.free()
    this.#kv.free()
    for (const pool of new Set(Object.values(this.#pools))) this.#library.freeThreadpool(pool)
  }

  createSampler(params: SamplingParams, constraint: OutputConstraint | null, scope: CacheScope): Sampler {
    const library = this.#library
    const seed = this.#settings.seed ?? Math.floor(Math.random() * MAX_RANDOM_SEED)
    const chain = createSamplerChain(library, params, { seed, minP: this.#settings.minP })
    if (constraint !== null)
      return new GrammarSampler(constraint, this.#structuredOutputs.backendFor(chain, scope))
    return {
      sample: (logitsIndex) => library.sample(chain, this.#kv.pointer, logitsIndex),
      free: () => library.samplerFree(chain),
    }
  }

  /** Whether a grammar can be followed within the limits. */
  canReadGrammar(grammar: string, scope: CacheScope): boolean {
    return this.#structuredOutputs.canRead(grammar, scope)
  }

  scoreToken(logitsIndex: number | null, tokenId: number, top: number): ScoredToken {
    const { vocabulary } = this.#model
    const isControl = vocabulary.isControl(tokenId)
    const text = vocabulary.shownTextOf(tokenId)
    if (logitsIndex === null) return { ...text, logprob: null, top: [], isControl }
    const logits = this.#library.logitsAt(this.#kv.pointer, logitsIndex, vocabulary.size)
    const scored = scoreToken(logits, tokenId, top)
    return {
      ...text,
      logprob: scored.logprob,
      top: scored.top.map((one) => ({ ...vocabulary.shownTextOf(one.tokenId), logprob: one.logprob })),
      isControl,
    }
  }

  isEndOfGeneration(tokenId: number): boolean {
    return this.#model.vocabulary.isEndOfGeneration(tokenId)
  }

  pieceOf(tokenId: number): TokenPiece {
    return this.#model.vocabulary.pieceOf(tokenId)
  }

  addToBatch(seqId: number, tokenId: number, position: number, wantsLogits: boolean): void {
    const index = this.#batchTokens++
    this.#tokens[index] = tokenId
    this.#positions[index] = position
    this.#seqIdPointers[index] = this.#seqIdAddresses[seqId] ?? 0n
    this.#wantsLogits[index] = wantsLogits ? 1 : 0
    this.#neededCells = Math.max(this.#neededCells, position + 1)
  }

  decodeBatch(): 'done' | 'kv-cache-full' {
    const batchTokens = this.#batchTokens
    const neededCells = this.#neededCells
    this.#batchTokens = 0
    this.#neededCells = 0
    if (!this.#allocate(neededCells)) return 'kv-cache-full'
    for (;;) {
      this.#attachPool(batchTokens >= this.#settings.wideBatchTokens ? 'wide' : 'narrow')
      const status = this.#library.decode(this.#kv.pointer, this.#batchOf(batchTokens))
      if (status === 0) return 'done'
      if (status !== 1)
        throw new Error(`llama.cpp could not evaluate a batch of ${batchTokens} tokens (status ${status})`)
      // All sequences may share the cells, so that those of one do not show how many are free.
      const { cells } = this.#kv
      if (cells >= this.contextWindowTokens || !this.#allocate(cells + 1)) return 'kv-cache-full'
    }
  }

  truncate(seqId: number, position: number): boolean {
    return this.#kv.truncate(seqId, position)
  }

  clear(seqId: number): void {
    this.#kv.clear(seqId)
  }

  copySequence(source: number, target: number): void {
    // Between KV streams llama.cpp would copy all cells, used or not, and only with the next batch.
    if (this.#hasKvStreams) this.#kv.restoreState(target, this.#kv.saveState(source))
    else this.#kv.shareCells(source, target)
  }

  swapSequences(one: number, other: number): void {
    const state = this.#kv.saveState(one)
    this.#kv.restoreState(one, this.#kv.saveState(other))
    this.#kv.restoreState(other, state)
  }

  #batchOf(tokens: number) {
    return {
      n_tokens: tokens,
      token: this.#tokens,
      embd: null,
      pos: this.#positions,
      n_seq_id: this.#seqIdCounts,
      seq_id: this.#seqIdPointers,
      logits: this.#wantsLogits,
    }
  }

  /** Gives each sequence as many cells as needed, at least; false if there is too little memory. */
  #allocate(neededCells: number): boolean {
    const cells = grownKvCells(this.#kv.cells, neededCells, this.contextWindowTokens)
    if (cells === this.#kv.cells) return true
    const bytes = this.maxSequences * cells * this.#model.kvCacheBytesPerToken
    // The system would give out memory that it does not have, and kill the process when it is used.
    if (!this.#model.isOnGpu && bytes > availableMemoryBytes()) return false
    const larger = KvContext.open(this.#library, this.#model, this.#settings, cells)
    if (larger === null) return false
    try {
      larger.takeOver(this.#kv)
    } catch {
      larger.free()
      return false
    }
    this.#kv.free()
    this.#kv = larger
    this.#attachedPool = null
    return true
  }

  #attachPool(width: BatchWidth): void {
    if (width === this.#attachedPool) return
    this.#attachedPool = width
    const pool = this.#pools[width]
    const threads = width === 'wide' ? this.#settings.wideBatchThreads : this.#settings.threads
    this.#library.attachThreadpool(this.#kv.pointer, pool, pool)
    this.#library.setThreads(this.#kv.pointer, threads, threads)
  }

  /** Created on first use: it takes memory for a whole vocabulary. */
  get #structuredOutputs(): StructuredOutput {
    this.#structuredOutput ??= new StructuredOutput(
      this.#library,
      () => this.#kv.pointer,
      this.#model.vocabulary,
    )
    return this.#structuredOutput
  }
}

/** Both widths share a pool where they have the same number of threads. */
function makePools(
  library: LlamaLibrary,
  { threads, wideBatchThreads }: ContextSettings,
): Readonly<Record<BatchWidth, Pointer>> {
  const narrow = library.newThreadpool(threads)
  return { narrow, wide: wideBatchThreads === threads ? narrow : library.newThreadpool(wideBatchThreads) }
}

function compactionCostOf({ kvCacheBytesPerToken, sizeBytes }: LlamaModel): CompactionCost {
  return { kvCacheBytesPerToken, modelBytes: sizeBytes }
}
