import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { modelFacts } from '../../../model-files/model-facts.ts'
import type { KvCacheType, LlamaEngineSettings } from '../settings.ts'
import type { Adapter } from './bind-adapters.ts'
import { checkModelFile } from './check-model-file.ts'
import { ALL_LAYERS, chooseGpuLayers } from './choose-gpu-layers.ts'
import type { LlamaLibrary } from './llama-library.ts'
import { loadAdapter } from './load-adapter.ts'
import type { Pointer } from './native-library.ts'
import { sizeLabel } from './size-label.ts'
import { Vocabulary } from './vocabulary.ts'

const VOCAB_TYPE_NONE = 0
const DESCRIPTION_BUFFER_BYTES = 256
/** Of a value in the KV cache: 32 values of a quantized type share a scale. */
const KV_VALUE_BYTES: Readonly<Record<KvCacheType, number>> = { f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 }

/** The settings on which loading depends. */
export type ModelSettings = Pick<LlamaEngineSettings, 'model' | 'gpuLayers' | 'kvCacheType' | 'loraAdapters'>

/** A GGUF file that llama.cpp has loaded. */
export class LlamaModel {
  readonly pointer: Pointer
  readonly vocabulary: Vocabulary
  readonly trainedContextTokens: number
  readonly chatTemplate: string | null
  /** A template of its own for conversations with tools. */
  readonly toolUseTemplate: string | null
  /** As llama.cpp formats it, such as `llama 7B Q8_0`. */
  readonly description: string
  readonly sizeBytes: number
  /** The size of the keys and values of one token, in bytes. */
  readonly kvCacheBytesPerToken: number
  readonly parameters: number
  readonly quantization: string | null
  /** Whether all layers are in the memory of GPUs, and with them the KV cache. */
  readonly isOnGpu: boolean
  readonly adapters: readonly Adapter[]
  /** Whether sequences cannot be truncated to a prefix. */
  readonly isRecurrent: boolean

  /**
   * @param onProgress called with the share that is loaded, 0 to 1
   * @throws EngineLoadError when the file is missing, broken, too large for the memory, or does not generate text
   */
  constructor(library: LlamaLibrary, settings: ModelSettings, onProgress: (share: number) => void) {
    const { model: path } = settings
    const architecture = checkModelFile(path)
    const facts = modelFacts(path)
    const layers = chooseGpuLayers(settings.gpuLayers, facts, library.gpuMemoryBytes())
    const progress = library.registerProgress(onProgress)
    this.pointer = library.modelLoadFromFile(path, {
      ...library.modelDefaultParams(),
      n_gpu_layers: layers,
      progress_callback: progress.pointer,
      vocab_only: false,
      check_tensors: false,
      use_extra_bufts: true,
    })
    progress.unregister()
    if (this.pointer === null) {
      const name = architecture === null ? 'its architecture' : `its architecture, ${architecture},`
      throw new EngineLoadError(
        `${path} could not be loaded: it is broken, or ${name} is newer than this release of llama.cpp (${library.buildName}): download it again, or use another model.`,
      )
    }
    checkGeneratesText(library, this.pointer, path)
    this.vocabulary = new Vocabulary(library, this.pointer)
    this.trainedContextTokens = library.modelTrainedContextTokens(this.pointer)
    this.chatTemplate = notBlank(library.modelChatTemplate(this.pointer, null))
    this.toolUseTemplate = notBlank(library.modelChatTemplate(this.pointer, 'tool_use'))
    this.description = describe(library, this.pointer)
    this.sizeBytes = Number(library.modelSizeBytes(this.pointer))
    const kvBytes = facts?.kvCacheBytesPerToken ?? kvCacheBytesPerToken(library, this.pointer)
    this.kvCacheBytesPerToken = kvBytes * (KV_VALUE_BYTES[settings.kvCacheType] / KV_VALUE_BYTES.f16)
    this.parameters = Number(library.modelParameters(this.pointer))
    this.quantization = facts?.quantization ?? null
    this.isOnGpu = layers === ALL_LAYERS
    this.adapters = settings.loraAdapters.map((text) => loadAdapter(library, this.pointer, text))
    this.isRecurrent = library.modelIsRecurrent(this.pointer) || library.modelIsHybrid(this.pointer)
  }
}

/** An empty template is one that is missing. */
function notBlank(template: string | null): string | null {
  return template === null || template.trim() === '' ? null : template
}

function checkGeneratesText(library: LlamaLibrary, model: Pointer, path: string): void {
  const unsuited = (why: string) => new EngineLoadError(`${path} cannot complete text: ${why}.`)
  if (!library.modelHasDecoder(model)) throw unsuited('it is an encoder only')
  if (library.modelHasEncoder(model)) throw unsuited('it needs an encoder pass, which is not supported')
  if (library.modelIsDiffusion(model)) throw unsuited('diffusion models are not supported')
  if (library.vocabType(library.modelGetVocab(model)) === VOCAB_TYPE_NONE)
    throw unsuited('it holds no vocabulary')
}

function kvCacheBytesPerToken(library: LlamaLibrary, model: Pointer): number {
  const headWidth = library.modelWidth(model) / Math.max(1, library.modelHeads(model))
  const valuesPerLayer = 2 * headWidth * library.modelKeyValueHeads(model)
  return library.modelLayers(model) * valuesPerLayer * KV_VALUE_BYTES.f16
}

function describe(library: LlamaLibrary, model: Pointer): string {
  const buffer = Buffer.alloc(DESCRIPTION_BUFFER_BYTES)
  const length = library.modelDescription(model, buffer, buffer.length)
  const description = buffer.toString('utf8', 0, Math.min(Math.max(0, length), buffer.length - 1))
  // llama.cpp's label of a model of an unusual size.
  return description.replace('?B', sizeLabel(Number(library.modelParameters(model))))
}
