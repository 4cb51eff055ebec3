import { statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { availableMemoryBytes } from '../../../util/available-memory.ts'
import { LlamaContext } from '../decoding/llama-context.ts'
import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import { firstKvCells } from '../llama-cpp/kv-cells.ts'
import { openLlamaLibrary } from '../llama-cpp/llama-library.ts'
import { LlamaModel } from '../llama-cpp/llama-model.ts'
import type { LoadingProgress } from '../protocol/engine-message.ts'
import type { LoadedModel } from '../protocol/loaded-model.ts'
import type { LlamaEngineSettings } from '../settings.ts'
import { chooseCapacity, gigabytes } from '../tuning/choose-capacity.ts'
import { longestStepMs } from '../tuning/longest-step-ms.ts'
import { availableThreads, measureSettings } from '../tuning/measure-settings.ts'
import { measureWideBatches } from '../tuning/measure-wide-batches.ts'

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
  const library = openLlamaLibrary()
  checkMemory(settings.model)
  const model = new LlamaModel(library, settings, inWholePercents(onProgress))
  const gpuBytes = model.isOnGpu ? library.gpuMemoryBytes() : null
  const { maxSequences, contextWindowTokens } = chooseCapacity(
    settings,
    model,
    gpuBytes ?? availableMemoryBytes(),
  )
  checkKvCacheType(settings)
  const reproducible = settings.seed !== undefined
  const cells = roundUp(contextWindowTokens, CONTEXT_GRANULARITY_TOKENS)
  const base = {
    maxSequences,
    contextWindowTokens: cells,
    kvCells: firstKvCells(model, { maxSequences, windowCells: cells }),
    kvCacheType: settings.kvCacheType,
    maxBatchTokens: MAX_PREFILL_TOKENS + maxSequences,
    wideBatchThreads: settings.threads === 'auto' ? availableThreads() : settings.threads,
    wideBatchTokens: Number.POSITIVE_INFINITY,
    seed: settings.seed ?? null,
    minP: settings.minP,
    reproducible,
  }
  onProgress({ step: 'measurement' })
  // Measured settings may differ from run to run; only the number of threads does not affect completions.
  const chosen = reproducible ? REPRODUCIBLE_LAYOUT : {}
  const quantized = settings.kvCacheType === 'f16' ? {} : { flashAttention: true }
  const measured = measureSettings(library, model, base, { ...settings, ...quantized, ...chosen })
  const wideBatchTokens = measureWideBatches(library, model, { ...base, ...measured })
  const context = new LlamaContext(library, model, { ...base, ...measured, wideBatchTokens })
  const texts = model.vocabulary.templateTexts
  return {
    model,
    context,
    reproducible,
    loaded: {
      description: model.description,
      buildName: library.buildName,
      fileBytes: model.sizeBytes,
      parameters: model.parameters,
      quantization: model.quantization,
      trainedContextTokens: model.trainedContextTokens,
      contextWindowTokens: Math.min(contextWindowTokens, context.contextWindowTokens),
      maxSequences,
      ...memoryOf(model, base),
      chatTemplate: model.chatTemplate,
      toolUseTemplate: model.toolUseTemplate,
      beginningOfSequenceText: texts.beginningOfSequence,
      endOfSequenceText: texts.endOfSequence,
      addsBeginningOfSequence: model.vocabulary.beginningOfSequenceText !== null,
      controlTexts: model.vocabulary.controlTexts(),
      longestTokenBytes: model.vocabulary.longestTokenBytes(),
      userDefinedTexts: model.vocabulary.userDefinedTexts(),
      settings: measured,
      longestStepMs: longestStepMs(
        context,
        reproducible ? MAX_PREFILL_TOKENS : MIN_PREFILL_TOKENS + maxSequences,
      ),
    },
  }
}

/** What the process takes now, and when every cell of the KV cache is allocated. */
function memoryOf(
  { kvCacheBytesPerToken }: LlamaModel,
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
