import koffi from 'koffi'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { findLlamaBuild } from '../find-llama-build.ts'
import { type Adapter, bindAdapters } from './bind-adapters.ts'
import { bindGpuMemory } from './bind-gpu-memory.ts'
import * as structs from './llama-structs.ts'
import type { NativeLibrary as Library, Pointer } from './native-library.ts'

/** A C struct as koffi represents it: one property for each field. */
export type Struct = Record<string, number | boolean | Pointer | ArrayBufferView>

/** The functions of llama.cpp that the engine calls. */
export interface LlamaLibrary {
  readonly buildName: string
  /** The free memory of all GPUs that can hold layers, in bytes; null where this build finds none. */
  readonly gpuMemoryBytes: () => number | null
  readonly modelDefaultParams: () => Struct
  readonly contextDefaultParams: () => Struct
  readonly modelLoadFromFile: (path: string, params: Struct) => Pointer
  /** Registers a C callback for the share of a model that is loaded, 0 to 1; unregister it afterwards. */
  readonly registerProgress: (onProgress: (share: number) => void) => RegisteredCallback
  readonly initFromModel: (model: Pointer, params: Struct) => Pointer
  readonly contextFree: (context: Pointer) => void
  readonly attachThreadpool: (context: Pointer, pool: Pointer, poolForBatches: Pointer) => void
  /** For batches of one token, and of more. */
  readonly setThreads: (context: Pointer, threads: number, threadsForBatches: number) => void
  readonly newThreadpool: (threads: number) => Pointer
  readonly freeThreadpool: (pool: Pointer) => void
  readonly modelGetVocab: (model: Pointer) => Pointer
  readonly modelTrainedContextTokens: (model: Pointer) => number
  readonly modelSizeBytes: (model: Pointer) => number | bigint
  readonly modelParameters: (model: Pointer) => number | bigint
  readonly modelLayers: (model: Pointer) => number
  readonly modelWidth: (model: Pointer) => number
  readonly modelHeads: (model: Pointer) => number
  readonly modelKeyValueHeads: (model: Pointer) => number
  readonly modelDescription: (model: Pointer, buffer: Uint8Array, size: number) => number
  readonly modelChatTemplate: (model: Pointer, name: string | null) => string | null
  readonly modelHasEncoder: (model: Pointer) => boolean
  readonly modelHasDecoder: (model: Pointer) => boolean
  readonly modelIsRecurrent: (model: Pointer) => boolean
  readonly modelIsHybrid: (model: Pointer) => boolean
  readonly modelIsDiffusion: (model: Pointer) => boolean
  readonly vocabTokens: (vocab: Pointer) => number
  readonly vocabType: (vocab: Pointer) => number
  readonly vocabIsEndOfGeneration: (vocab: Pointer, token: number) => boolean
  readonly vocabIsControl: (vocab: Pointer, token: number) => boolean
  readonly vocabBeginningOfSequence: (vocab: Pointer) => number
  readonly vocabEndOfSequence: (vocab: Pointer) => number
  readonly vocabAddsBeginningOfSequence: (vocab: Pointer) => boolean
  readonly vocabText: (vocab: Pointer, token: number) => string | null
  /** Bits of `enum llama_token_attr`. */
  readonly vocabAttributes: (vocab: Pointer, token: number) => number
  readonly tokenize: (...args: TokenizeArguments) => number
  /** Like `tokenize`, on another thread: it only reads the vocabulary, which never changes. */
  readonly tokenizeAsync: (...args: TokenizeArguments) => Promise<number>
  readonly tokenToPiece: (
    vocab: Pointer,
    token: number,
    buffer: Uint8Array,
    size: number,
    leadingSpacesToSkip: number,
    special: boolean,
  ) => number
  readonly decode: (context: Pointer, batch: Struct) => number
  readonly getMemory: (context: Pointer) => Pointer
  readonly memoryRemove: (memory: Pointer, sequence: number, from: number, to: number) => boolean
  /** The last position of a sequence; -1 for one without tokens. */
  readonly memoryLastPosition: (memory: Pointer, sequence: number) => number
  readonly memoryCopy: (memory: Pointer, source: number, target: number, from: number, to: number) => void
  /** Null where the file is no adapter of the model. */
  readonly loadAdapter: (model: Pointer, path: string) => Pointer
  readonly setAdapters: (context: Pointer, adapters: readonly Adapter[]) => void
  /** The size of a copy of what a sequence holds, in bytes. */
  readonly sequenceStateSize: (context: Pointer, sequence: number) => number
  /** Both return the number of bytes that were copied: 0 on failure. */
  readonly getSequenceState: (context: Pointer, to: Uint8Array, size: number, sequence: number) => number
  readonly setSequenceState: (context: Pointer, from: Uint8Array, size: number, sequence: number) => number
  readonly samplerChain: (params: Struct) => Pointer
  readonly samplerChainAdd: (chain: Pointer, sampler: Pointer) => void
  readonly samplerFree: (sampler: Pointer) => void
  readonly samplerGreedy: () => Pointer
  readonly samplerDistribution: (seed: number) => Pointer
  readonly samplerTopK: (k: number) => Pointer
  readonly samplerTopP: (p: number, minKeep: number) => Pointer
  readonly samplerMinP: (p: number, minKeep: number) => Pointer
  readonly samplerTemperature: (temperature: number) => Pointer
  /** Takes the address of a `llama_token_data_array`. */
  readonly samplerApply: (sampler: Pointer, candidates: bigint) => void
  readonly sample: (chain: Pointer, context: Pointer, logitsIndex: number) => number
  /** A copy of the logits of one token of the batch that was decoded last. */
  readonly logitsAt: (context: Pointer, logitsIndex: number, size: number) => Float32Array
}

export type TokenizeArguments = readonly [
  vocab: Pointer,
  text: Uint8Array,
  textBytes: number,
  tokens: Int32Array | null,
  maxTokens: number,
  addSpecial: boolean,
  parseSpecial: boolean,
]

/** A function that C may call while it is registered. */
export interface RegisteredCallback {
  readonly pointer: Pointer
  readonly unregister: () => void
}

const DEVICE_TYPE_CPU = 0

/**
 * Loads llama.cpp's shared libraries and the backend for this processor. Call it once per process, through
 * `sharedLlamaLibrary`.
 *
 * @throws EngineLoadError when no build is installed or its version is not the one that the declarations match
 */
export function openLlamaLibrary(): LlamaLibrary {
  const build = findLlamaBuild()
  const load = (path: string) => koffi.load(path, { global: true, lazy: true })
  const base = load(build.basePath)
  const ggml = load(build.ggmlPath)
  const llama = load(build.llamaPath)
  checkVersion(llama.func('str llama_version()')() as string, build.name)
  defineStructs()
  ggml.func('void ggml_backend_load_all_from_path(str)')(build.folder)
  llama.func('void llama_backend_init()')()
  const deviceByType = ggml.func('void* ggml_backend_dev_by_type(int)')
  const cpu = deviceByType(DEVICE_TYPE_CPU) as Pointer
  if (cpu === null)
    throw new EngineLoadError(`The build ${build.name} of llama.cpp does not run on this processor.`)
  const library: LlamaLibrary = {
    buildName: build.name,
    gpuMemoryBytes: bindGpuMemory(base, ggml),
    ...bindModel(llama),
    ...bindContext(llama),
    ...bindThreadpool(base, cpu),
    ...bindAdapters(llama),
    ...bindVocabulary(llama),
    ...bindSamplers(llama),
  }
  checkDefaults(library.modelDefaultParams(), structs.MODEL_DEFAULTS)
  checkDefaults(library.contextDefaultParams(), structs.CONTEXT_DEFAULTS)
  return library
}

function defineStructs(): void {
  const define = (name: string, fields: Readonly<Record<string, string>>) =>
    koffi.struct(
      name,
      Object.fromEntries(
        Object.entries(fields).map(([field, type]) => [
          field,
          type === 'bool[512]' ? koffi.array('bool', 512) : type,
        ]),
      ),
    )
  define('model_params', structs.MODEL_PARAMS)
  define('context_params', structs.CONTEXT_PARAMS)
  define('batch', structs.BATCH)
  define('sampler_chain_params', structs.SAMPLER_CHAIN_PARAMS)
  define('threadpool_params', structs.THREADPOOL_PARAMS)
}

function bindModel(llama: Library) {
  return {
    modelDefaultParams: llama.func('model_params llama_model_default_params()'),
    modelLoadFromFile: llama.func('void* llama_model_load_from_file(str, model_params)'),
    registerProgress,
    modelGetVocab: llama.func('void* llama_model_get_vocab(void*)'),
    modelTrainedContextTokens: llama.func('int32 llama_model_n_ctx_train(void*)'),
    modelSizeBytes: llama.func('uint64 llama_model_size(void*)'),
    modelParameters: llama.func('uint64 llama_model_n_params(void*)'),
    modelLayers: llama.func('int32 llama_model_n_layer(void*)'),
    modelWidth: llama.func('int32 llama_model_n_embd(void*)'),
    modelHeads: llama.func('int32 llama_model_n_head(void*)'),
    modelKeyValueHeads: llama.func('int32 llama_model_n_head_kv(void*)'),
    modelDescription: llama.func('int32 llama_model_desc(void*, void*, size_t)'),
    modelChatTemplate: llama.func('str llama_model_chat_template(void*, str)'),
    modelHasEncoder: llama.func('bool llama_model_has_encoder(void*)'),
    modelHasDecoder: llama.func('bool llama_model_has_decoder(void*)'),
    modelIsRecurrent: llama.func('bool llama_model_is_recurrent(void*)'),
    modelIsHybrid: llama.func('bool llama_model_is_hybrid(void*)'),
    modelIsDiffusion: llama.func('bool llama_model_is_diffusion(void*)'),
  }
}

function registerProgress(onProgress: (share: number) => void): RegisteredCallback {
  const type = koffi.pointer(koffi.proto('bool (float, void*)'))
  const pointer = koffi.register((share: number) => {
    onProgress(share)
    // False would abort loading.
    return true
  }, type)
  return { pointer, unregister: () => koffi.unregister(pointer) }
}

function bindContext(llama: Library) {
  return {
    contextDefaultParams: llama.func('context_params llama_context_default_params()'),
    initFromModel: llama.func('void* llama_init_from_model(void*, context_params)'),
    contextFree: llama.func('void llama_free(void*)'),
    attachThreadpool: llama.func('void llama_attach_threadpool(void*, void*, void*)'),
    setThreads: llama.func('void llama_set_n_threads(void*, int32, int32)'),
    decode: llama.func('int32 llama_decode(void*, batch)'),
    getMemory: llama.func('void* llama_get_memory(void*)'),
    memoryRemove: llama.func('bool llama_memory_seq_rm(void*, int32, int32, int32)'),
    memoryLastPosition: llama.func('int32 llama_memory_seq_pos_max(void*, int32)'),
    memoryCopy: llama.func('void llama_memory_seq_cp(void*, int32, int32, int32, int32)'),
    sequenceStateSize: llama.func('size_t llama_state_seq_get_size(void*, int32)'),
    getSequenceState: llama.func('size_t llama_state_seq_get_data(void*, void*, size_t, int32)'),
    setSequenceState: llama.func('size_t llama_state_seq_set_data(void*, void*, size_t, int32)'),
  }
}

/** Threads sleep between steps: the server does its work then, on the same processors. */
const POLL_LEVEL = 0

/**
 * Without a thread pool a context creates its threads in every step. Not every build exports the functions of pools; the
 * CPU backend returns them by name.
 */
function bindThreadpool(base: Library, cpu: Pointer) {
  const registry = base.func('void* ggml_backend_dev_backend_reg(void*)')(cpu) as Pointer
  const procAddress = base.func('void* ggml_backend_reg_get_proc_address(void*, str)')
  const defaults = base.func('threadpool_params ggml_threadpool_params_default(int)')
  const create = procAddress(registry, 'ggml_threadpool_new') as Pointer
  const free = procAddress(registry, 'ggml_threadpool_free') as Pointer
  const createType = koffi.proto('void* ggml_threadpool_new(_In_ threadpool_params*)')
  const freeType = koffi.proto('void ggml_threadpool_free(void*)')
  return {
    newThreadpool: (threads: number) =>
      koffi.call(create, createType, { ...defaults(threads), poll: POLL_LEVEL }) as Pointer,
    freeThreadpool: (pool: Pointer) => koffi.call(free, freeType, pool) as undefined,
  }
}

function bindVocabulary(llama: Library) {
  const tokenize = llama.func('int32 llama_tokenize(void*, void*, int32, void*, int32, bool, bool)')
  return {
    vocabTokens: llama.func('int32 llama_vocab_n_tokens(void*)'),
    vocabType: llama.func('int llama_vocab_type(void*)'),
    vocabIsEndOfGeneration: llama.func('bool llama_vocab_is_eog(void*, int32)'),
    vocabIsControl: llama.func('bool llama_vocab_is_control(void*, int32)'),
    vocabBeginningOfSequence: llama.func('int32 llama_vocab_bos(void*)'),
    vocabEndOfSequence: llama.func('int32 llama_vocab_eos(void*)'),
    vocabAddsBeginningOfSequence: llama.func('bool llama_vocab_get_add_bos(void*)'),
    vocabText: llama.func('str llama_vocab_get_text(void*, int32)'),
    vocabAttributes: llama.func('int llama_vocab_get_attr(void*, int32)'),
    tokenize,
    tokenizeAsync: (...args: TokenizeArguments) =>
      new Promise<number>((resolve, reject) => {
        tokenize.async(...args, (error: Error | null, count: number) =>
          error ? reject(error) : resolve(count),
        )
      }),
    tokenToPiece: llama.func('int32 llama_token_to_piece(void*, int32, void*, int32, int32, bool)'),
  }
}

function bindSamplers(llama: Library) {
  const logits = llama.func('void* llama_get_logits_ith(void*, int32)')
  return {
    samplerChain: llama.func('void* llama_sampler_chain_init(sampler_chain_params)'),
    samplerChainAdd: llama.func('void llama_sampler_chain_add(void*, void*)'),
    samplerFree: llama.func('void llama_sampler_free(void*)'),
    samplerGreedy: llama.func('void* llama_sampler_init_greedy()'),
    samplerDistribution: llama.func('void* llama_sampler_init_dist(uint32)'),
    samplerTopK: llama.func('void* llama_sampler_init_top_k(int32)'),
    samplerTopP: llama.func('void* llama_sampler_init_top_p(float, size_t)'),
    samplerMinP: llama.func('void* llama_sampler_init_min_p(float, size_t)'),
    samplerTemperature: llama.func('void* llama_sampler_init_temp(float)'),
    samplerApply: llama.func('void llama_sampler_apply(void*, void*)'),
    sample: llama.func('int32 llama_sampler_sample(void*, void*, int32)'),
    logitsAt: (context: Pointer, logitsIndex: number, size: number) =>
      koffi.decode(logits(context, logitsIndex), koffi.array('float', size, 'Typed')) as Float32Array,
  }
}

function checkVersion(version: string, buildName: string): void {
  if (version.split('-')[0] === structs.LLAMA_VERSION) return
  throw new EngineLoadError(
    `The build ${buildName} contains llama.cpp ${version}, but this release of Continuo works with ${structs.LLAMA_VERSION} only.`,
  )
}

/** Wrong default values show that a struct is laid out differently than declared, before anything can crash. */
function checkDefaults(found: Struct, expected: Readonly<Record<string, number | boolean>>): void {
  for (const [field, value] of Object.entries(expected)) {
    if (found[field] !== value) {
      throw new EngineLoadError(
        `llama.cpp reports ${field} = ${String(found[field])}, but version ${structs.LLAMA_VERSION} has ${value}: the installed library is not the build that this release of Continuo works with.`,
      )
    }
  }
}
