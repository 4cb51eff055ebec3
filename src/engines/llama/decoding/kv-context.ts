import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import type { Pointer } from '../llama-cpp/native-library.ts'

const FLASH_ATTENTION = { on: 1, off: 0 } as const
/** llama.cpp's numbers for the types of keys and values. */
const GGML_TYPES = { f16: 1, q4_0: 2, q8_0: 8 } as const
/** What llama.cpp reports of a sequence without tokens. */
const NO_POSITION = -1

/** A context of llama.cpp with a KV cache of one size. */
export class KvContext {
  readonly pointer: Pointer
  /** The cells of each sequence. */
  readonly cells: number
  readonly #maxSequences: number
  readonly #memory: Pointer
  readonly #library: LlamaLibrary

  private constructor(library: LlamaLibrary, pointer: Pointer, maxSequences: number, cells: number) {
    this.#library = library
    this.pointer = pointer
    this.#maxSequences = maxSequences
    this.cells = cells
    this.#memory = library.getMemory(pointer)
  }

  /** Null where there is too little memory. */
  static open(
    library: LlamaLibrary,
    model: LlamaModel,
    settings: ContextSettings,
    cells: number,
  ): KvContext | null {
    const pointer = library.initFromModel(model.pointer, contextParams(library, settings, cells))
    if (pointer === null) return null
    library.setAdapters(pointer, model.adapters)
    return new KvContext(library, pointer, settings.maxSequences, cells)
  }

  free(): void {
    this.#library.contextFree(this.pointer)
  }

  /** Removes all tokens of a sequence from a position on; false if it can only be cleared as a whole. */
  truncate(seqId: number, position: number): boolean {
    return this.#library.memoryRemove(this.#memory, seqId, position, -1)
  }

  clear(seqId: number): void {
    this.#library.memoryRemove(this.#memory, seqId, -1, -1)
  }

  /** Makes a target sequence refer to the cells of a source, where all share them. */
  shareCells(source: number, target: number): void {
    this.#library.memoryCopy(this.#memory, source, target, -1, -1)
  }

  /** The number of tokens of a sequence. */
  tokensOf(seqId: number): number {
    return this.#library.memoryLastPosition(this.#memory, seqId) - NO_POSITION
  }

  /** A copy of what a sequence holds. */
  saveState(seqId: number): Uint8Array {
    const size = this.#library.sequenceStateSize(this.pointer, seqId)
    const state = Buffer.allocUnsafeSlow(size)
    const written = this.#library.getSequenceState(this.pointer, state, size, seqId)
    if (written !== size) throw new Error(`llama.cpp could not copy sequence ${seqId}`)
    return state
  }

  restoreState(seqId: number, state: Uint8Array): void {
    this.clear(seqId)
    const read = this.#library.setSequenceState(this.pointer, state, state.length, seqId)
    if (read !== state.length) throw new Error(`llama.cpp could not fill sequence ${seqId}`)
  }

  /** Copies every sequence of another context. */
  takeOver(other: KvContext): void {
    for (let seqId = 0; seqId < this.#maxSequences; seqId++) {
      if (other.tokensOf(seqId) > 0) this.restoreState(seqId, other.saveState(seqId))
    }
  }
}

/** Sets every parameter that matters, whatever the library's default is. */
function contextParams(library: LlamaLibrary, settings: ContextSettings, cells: number) {
  return {
    ...library.contextDefaultParams(),
    n_ctx: cells * settings.maxSequences,
    n_batch: settings.maxBatchTokens,
    n_ubatch: settings.maxBatchTokens,
    n_seq_max: settings.maxSequences,
    n_threads: settings.threads,
    n_threads_batch: settings.threads,
    flash_attn_type: FLASH_ATTENTION[settings.flashAttention ? 'on' : 'off'],
    type_k: GGML_TYPES[settings.kvCacheType],
    type_v: GGML_TYPES[settings.kvCacheType],
    embeddings: false,
    offload_kqv: true,
    no_perf: true,
    op_offload: true,
    swa_full: true,
    kv_unified: settings.kvCache === 'unified',
  }
}
