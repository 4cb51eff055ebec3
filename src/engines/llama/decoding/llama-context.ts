import koffi from 'koffi'
import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { ScoredToken } from '../../../completion/scored-token.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary, Pointer } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import type { TokenPiece } from '../llama-cpp/vocabulary.ts'
import { createSamplerChain } from '../sampling/create-sampler-chain.ts'
import { GrammarSampler } from '../sampling/grammar-sampler.ts'
import type { Sampler } from '../sampling/sampler.ts'
import { scoreToken } from '../sampling/score-token.ts'
import { StructuredOutput } from '../sampling/structured-output.ts'
import type { CompactionCost, DecodingContext } from './decoding-context.ts'

const FLASH_ATTENTION = { on: 1, off: 0 } as const
const GGML_TYPE_F16 = 1
const MAX_RANDOM_SEED = 0xffff_fffe
/** Logits that are read in one step to score a prompt: they take 16 MB and some 30 ms. */
const MAX_SCORED_LOGITS = 4 * 1024 * 1024

/** All threads of a pool wake for each batch, so small and large batches have pools of their own. */
type BatchWidth = 'narrow' | 'wide'

/** A context of llama.cpp with its KV cache, its thread pools and the arrays of its next batch. */
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
  readonly #context: Pointer
  readonly #memory: Pointer
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
    this.#context = library.initFromModel(model.pointer, contextParams(library, settings))
    if (this.#context === null) {
      throw new EngineLoadError(
        `There is too little memory for ${settings.maxSequences} sequences of ${settings.contextWindowTokens} tokens: lower --max-sequences or --context-window-tokens.`,
      )
    }
    this.contextWindowTokens = Math.min(settings.contextWindowTokens, library.sequenceTokens(this.#context))
    this.#memory = library.getMemory(this.#context)
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
    this.#library.contextFree(this.#context)
    for (const pool of new Set(Object.values(this.#pools))) this.#library.freeThreadpool(pool)
  }

  createSampler(params: SamplingParams, constraint: OutputConstraint | null, scope: CacheScope): Sampler {
    const library = this.#library
    const context = this.#context
    const seed = this.#settings.seed ?? Math.floor(Math.random() * MAX_RANDOM_SEED)
    const chain = createSamplerChain(library, params, { seed, minP: this.#settings.minP })
    if (constraint !== null)
      return new GrammarSampler(constraint, this.#structuredOutputs.backendFor(chain, scope))
    return {
      sample: (logitsIndex) => library.sample(chain, context, logitsIndex),
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
    const logits = this.#library.logitsAt(this.#context, logitsIndex, vocabulary.size)
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
  }

  decodeBatch(): 'done' | 'kv-cache-full' {
    const batchTokens = this.#batchTokens
    this.#batchTokens = 0
    this.#attachPool(batchTokens >= this.#settings.wideBatchTokens ? 'wide' : 'narrow')
    const status = this.#library.decode(this.#context, {
      n_tokens: batchTokens,
      token: this.#tokens,
      embd: null,
      pos: this.#positions,
      n_seq_id: this.#seqIdCounts,
      seq_id: this.#seqIdPointers,
      logits: this.#wantsLogits,
    })
    if (status === 0) return 'done'
    if (status === 1) return 'kv-cache-full'
    throw new Error(`llama.cpp could not evaluate a batch of ${batchTokens} tokens (status ${status})`)
  }

  truncate(seqId: number, position: number): boolean {
    return this.#library.memoryRemove(this.#memory, seqId, position, -1)
  }

  clear(seqId: number): void {
    this.#library.memoryRemove(this.#memory, seqId, -1, -1)
  }

  copySequence(source: number, target: number): void {
    // Between KV streams llama.cpp would copy all cells, used or not, and only with the next batch.
    if (this.#hasKvStreams) this.#restoreState(target, this.#saveState(source))
    else this.#library.memoryCopy(this.#memory, source, target, -1, -1)
  }

  swapSequences(one: number, other: number): void {
    const state = this.#saveState(one)
    this.#restoreState(one, this.#saveState(other))
    this.#restoreState(other, state)
  }

  #attachPool(width: BatchWidth): void {
    if (width === this.#attachedPool) return
    this.#attachedPool = width
    const pool = this.#pools[width]
    const threads = width === 'wide' ? this.#settings.wideBatchThreads : this.#settings.threads
    this.#library.attachThreadpool(this.#context, pool, pool)
    this.#library.setThreads(this.#context, threads, threads)
  }

  /** A copy of what a sequence holds. */
  #saveState(seqId: number): Uint8Array {
    const size = this.#library.sequenceStateSize(this.#context, seqId)
    const state = Buffer.allocUnsafeSlow(size)
    const written = this.#library.getSequenceState(this.#context, state, size, seqId)
    if (written !== size) throw new Error(`llama.cpp could not copy sequence ${seqId}`)
    return state
  }

  #restoreState(seqId: number, state: Uint8Array): void {
    this.clear(seqId)
    const read = this.#library.setSequenceState(this.#context, state, state.length, seqId)
    if (read !== state.length) throw new Error(`llama.cpp could not fill sequence ${seqId}`)
  }

  /** Created on first use: it takes memory for a whole vocabulary. */
  get #structuredOutputs(): StructuredOutput {
    this.#structuredOutput ??= new StructuredOutput(this.#library, this.#context, this.#model.vocabulary)
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

/** Sets every parameter that matters, whatever the library's default is. */
function contextParams(library: LlamaLibrary, settings: ContextSettings) {
  return {
    ...library.contextDefaultParams(),
    n_ctx: settings.contextWindowTokens * settings.maxSequences,
    n_batch: settings.maxBatchTokens,
    n_ubatch: settings.maxBatchTokens,
    n_seq_max: settings.maxSequences,
    n_threads: settings.threads,
    n_threads_batch: settings.threads,
    flash_attn_type: FLASH_ATTENTION[settings.flashAttention ? 'on' : 'off'],
    type_k: GGML_TYPE_F16,
    type_v: GGML_TYPE_F16,
    embeddings: false,
    offload_kqv: true,
    no_perf: true,
    op_offload: true,
    swa_full: true,
    kv_unified: settings.kvCache === 'unified',
  }
}
