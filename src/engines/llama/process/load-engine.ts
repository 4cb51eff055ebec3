import { statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { availableMemoryBytes } from '../../../util/available-memory.ts'
import { endStartPhase } from '../../../util/start-phases.ts'
import { LlamaContext } from '../decoding/llama-context.ts'
import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import { firstKvCells } from '../llama-cpp/kv-cells.ts'
import { LlamaModel } from '../llama-cpp/llama-model.ts'
import { sharedLlamaLibrary } from '../llama-cpp/shared-llama-library.ts'
import type { LoadingProgress } from '../protocol/engine-message.ts'
import type { LoadedModel } from '../protocol/loaded-model.ts'
import type { SpeculationOptions } from '../scheduling/speculation.ts'
import type { LlamaEngineSettings, MeasuredSettings } from '../settings.ts'
import { canRemoveTokens } from '../tuning/can-remove-tokens.ts'
import { type Capacity, chooseCapacity, gigabytes, type ModelSize } from '../tuning/choose-capacity.ts'
import { longestStepMs } from '../tuning/longest-step-ms.ts'
import { availableThreads } from '../tuning/measure-settings.ts'
import { tuneSettings } from '../tuning/tune-settings.ts'
import {
  cannotSpeculate,
  checkVocabularies,
  loadDraftModel,
  openDraftContext,
  sizeWithDraftModel,
} from './load-draft-model.ts'

/** llama.cpp rounds the cells of a sequence up to a multiple of this. */
const CONTEXT_GRANULARITY_TOKENS = 256
/** The most prompt tokens of one batch, beside one token for each sequence. */
export const MAX_PREFILL_TOKENS = 512
/** The prefill budget is never smaller, however slow the model. */
export const MIN_PREFILL_TOKENS = 16

/** The cells of a sequence start at the same place whatever other sequences hold. */
const REPRODUCIBLE_LAYOUT = { kvCache: 'per-sequence', flashAttention: false } as const

/** A model, its context, and the description of both for the server. */
export interface LoadedEngine {
  readonly model: LlamaModel
  readonly context: LlamaContext
  /** Null where nothing is drafted. */
  readonly speculation: Pick<SpeculationOptions, 'draftModel'> | null
  readonly reproducible: boolean
  readonly loaded: LoadedModel
}

/**
 * Loads the library, the model and a context with the best settings for both.
 *
 * @throws EngineLoadError with a message of one line
 */
export function loadEngine(
  settings: LlamaEngineSettings,
  onProgress: (progress: LoadingProgress) => void,
): LoadedEngine {
  const library = sharedLlamaLibrary()
  checkMemory(settings.model)
  // Before the model, which takes what is left of a GPU's memory.
  const draft = loadDraftModel(library, settings, () => onProgress({ step: 'model', share: 0 }))
  const model = new LlamaModel(library, settings, inWholePercents(onProgress))
  endStartPhase('engine model')
  if (draft !== null) checkVocabularies(settings, model, draft)
  const gpuBytes = model.isOnGpu ? library.gpuMemoryBytes() : null
  const size = sizeWithDraftModel(model, draft)
  const capacity = chooseCapacity(settings, size, gpuBytes ?? availableMemoryBytes())
  checkKvCacheType(settings)
  const base = contextSettings(settings, model, capacity)
  // Measured settings may differ from run to run; only the number of threads does not affect completions.
  const reproducibly = base.reproducible ? REPRODUCIBLE_LAYOUT : {}
  const quantized = settings.kvCacheType === 'f16' ? {} : { flashAttention: true }
  const { wideBatchTokens, ...measured } = tuneSettings({
    ...{ library, model, settings, base },
    chosen: { ...settings, ...quantized, ...reproducibly },
    onMeasure: () => onProgress({ step: 'measurement' }),
  })
  endStartPhase('engine settings')
  const finalSettings = { ...base, ...measured, wideBatchTokens }
  const context = new LlamaContext(library, model, finalSettings)
  const opened = draft && openDraftContext(library, settings, { model, draft, context: finalSettings })
  const speculates = settings.speculation !== 'off' && !base.reproducible && canRemoveTokens(context)
  if (opened !== null && !speculates) throw cannotSpeculate(settings)
  return {
    ...{ model, context, reproducible: base.reproducible },
    speculation: speculates ? { draftModel: opened } : null,
    loaded: {
      ...describeFile(model, library.buildName),
      contextWindowTokens: Math.min(capacity.contextWindowTokens, context.contextWindowTokens),
      maxSequences: base.maxSequences,
      ...memoryOf(size, base),
      draftDescription: draft?.description ?? null,
      settings: measured,
      longestStepMs: longestStepMs(
        context,
        base.reproducible ? MAX_PREFILL_TOKENS : MIN_PREFILL_TOKENS + base.maxSequences,
      ),
    },
  }
}

function contextSettings(
  settings: LlamaEngineSettings,
  model: LlamaModel,
  { maxSequences, contextWindowTokens }: Capacity,
): Omit<ContextSettings, keyof MeasuredSettings> {
  const windowCells = roundUp(contextWindowTokens, CONTEXT_GRANULARITY_TOKENS)
  return {
    maxSequences,
    contextWindowTokens: windowCells,
    kvCells: firstKvCells(model, { maxSequences, windowCells }),
    kvCacheType: settings.kvCacheType,
    maxBatchTokens: MAX_PREFILL_TOKENS + maxSequences,
    wideBatchThreads: settings.threads === 'auto' ? availableThreads() : settings.threads,
    wideBatchTokens: Number.POSITIVE_INFINITY,
    seed: settings.seed ?? null,
    minP: settings.minP,
    reproducible: settings.seed !== undefined,
  }
}

/** What does not depend on the settings. */
function describeFile(model: LlamaModel, buildName: string) {
  const { vocabulary } = model
  const texts = vocabulary.templateTexts
  return {
    description: model.description,
    buildName,
    fileBytes: model.sizeBytes,
    parameters: model.parameters,
    quantization: model.quantization,
    trainedContextTokens: model.trainedContextTokens,
    chatTemplate: model.chatTemplate,
    toolUseTemplate: model.toolUseTemplate,
    beginningOfSequenceText: texts.beginningOfSequence,
    endOfSequenceText: texts.endOfSequence,
    addsBeginningOfSequence: vocabulary.beginningOfSequenceText !== null,
    controlTexts: vocabulary.controlTexts(),
    longestTokenBytes: vocabulary.longestTokenBytes(),
    userDefinedTexts: vocabulary.userDefinedTexts(),
  }
}

/** What the process takes now, and when every cell of the KV cache is allocated. */
function memoryOf(
  { kvCacheBytesPerToken }: Pick<ModelSize, 'kvCacheBytesPerToken'>,
  {
    maxSequences,
    contextWindowTokens,
    kvCells,
  }: Pick<ContextSettings, 'maxSequences' | 'contextWindowTokens' | 'kvCells'>,
): Pick<LoadedModel, 'memoryBytes' | 'maxMemoryBytes' | 'kvCacheBytesPerToken'> {
  const memoryBytes = process.memoryUsage.rss()
  const moreTokens = maxSequences * (contextWindowTokens - kvCells)
  return {
    kvCacheBytesPerToken,
    memoryBytes,
    maxMemoryBytes: memoryBytes + moreTokens * kvCacheBytesPerToken,
  }
}

/** llama.cpp evaluates quantized values with flash attention alone. */
function checkKvCacheType({ kvCacheType, flashAttention, seed }: LlamaEngineSettings): void {
  if (kvCacheType === 'f16') return
  const contrary = flashAttention === false ? '--flash-attention off' : seed === undefined ? null : '--seed'
  if (contrary === null) return
  throw new EngineLoadError(
    `--kv-cache-type ${kvCacheType} needs flash attention, which ${contrary} does not allow: use one of the two.`,
  )
}

/** llama.cpp reports after every tensor, hundreds of times. */
function inWholePercents(onProgress: (progress: LoadingProgress) => void): (share: number) => void {
  let reportedPercent = -1
  return (share) => {
    const percent = Math.floor(share * 100)
    if (percent === reportedPercent) return
    reportedPercent = percent
    onProgress({ step: 'model', share: percent / 100 })
  }
}

/** Without this check the system would kill the process in the middle of loading. */
function checkMemory(modelPath: string): void {
  const bytes = statSync(modelPath, { throwIfNoEntry: false })?.size ?? 0
  if (bytes > totalmem()) {
    throw new EngineLoadError(
      `${modelPath} needs ${gigabytes(bytes)} of memory, but this machine has ${gigabytes(totalmem())}: use a smaller model or a smaller quantization.`,
    )
  }
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}
