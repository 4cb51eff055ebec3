import { statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { LlamaContext } from '../decoding/llama-context.ts'
import { openLlamaLibrary } from '../llama-cpp/llama-library.ts'
import { LlamaModel } from '../llama-cpp/llama-model.ts'
import type { LlamaEngineSettings } from '../llama-engine-settings.ts'
import type { LoadingProgress } from '../protocol/engine-message.ts'
import type { LoadedModel } from '../protocol/loaded-model.ts'
import { availableThreads } from '../tuning/available-threads.ts'
import { availableMemoryBytes, chooseCapacity, gigabytes } from '../tuning/choose-capacity.ts'
import { longestStepMs } from '../tuning/longest-step-ms.ts'
import { measureSettings } from '../tuning/measure-settings.ts'
import { measureWideBatches } from '../tuning/measure-wide-batches.ts'

/** llama.cpp rounds a sequence's room up to this. */
const CONTEXT_GRANULARITY_TOKENS = 256
/** Prompt tokens that one batch may hold beside one token for each sequence. */
export const MAX_PREFILL_TOKENS = 512
/** And at least, however slow the model. */
export const MIN_PREFILL_TOKENS = 16

/** Each sequence's cells begin at the same place, whoever else is there. */
const REPRODUCIBLE_LAYOUT = { kvCacheLayout: 'per-sequence', flashAttention: false } as const

/** A model, its context, and what the server has to know of them. */
export interface LoadedEngine {
  readonly model: LlamaModel
  readonly context: LlamaContext
  readonly reproducible: boolean
  readonly loaded: LoadedModel
}

/**
 * Loads the library, the model and a context with the best settings for both.
 *
 * @throws EngineLoadError with one line that says what is wrong
 */
export function loadEngine(
  settings: LlamaEngineSettings,
  onProgress: (progress: LoadingProgress) => void,
): LoadedEngine {
  const library = openLlamaLibrary()
  checkMemory(settings.modelPath)
  const model = new LlamaModel(library, settings.modelPath, inWholePercents(onProgress))
  const { maxSequences, contextWindowTokens } = chooseCapacity(settings, model, availableMemoryBytes())
  const reproducible = settings.seed !== null
  const base = {
    maxSequences,
    contextWindowTokens: roundUp(contextWindowTokens, CONTEXT_GRANULARITY_TOKENS),
    maxBatchTokens: MAX_PREFILL_TOKENS + maxSequences,
    wideBatchThreads: settings.threads ?? availableThreads(),
    wideBatchTokens: Number.POSITIVE_INFINITY,
    seed: settings.seed,
    minP: settings.minP,
    reproducible,
  }
  onProgress({ step: 'measurement' })
  // What is measured may differ from run to run; of the three only the number of threads never shows in an answer.
  const chosen = reproducible ? REPRODUCIBLE_LAYOUT : {}
  const measured = measureSettings(library, model, base, { ...settings, ...chosen })
  const rows = measureWideBatches(library, model, { ...base, ...measured })
  const context = new LlamaContext(library, model, { ...base, ...measured, wideBatchTokens: rows })
  const texts = model.vocabulary.templateTexts
  return {
    model,
    context,
    reproducible,
    loaded: {
      description: model.description,
      buildName: library.buildName,
      contextWindowTokens: Math.min(contextWindowTokens, context.contextWindowTokens),
      maxSequences,
      chatTemplate: model.chatTemplate,
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

/** llama.cpp tells after every tensor; a message for each would be hundreds. */
function inWholePercents(onProgress: (progress: LoadingProgress) => void): (share: number) => void {
  let told = -1
  return (share) => {
    const percent = Math.floor(share * 100)
    if (percent === told) return
    told = percent
    onProgress({ step: 'model', share: percent / 100 })
  }
}

/** llama.cpp would begin to load it and be ended by the system half way. */
function checkMemory(modelPath: string): void {
  const bytes = statSync(modelPath, { throwIfNoEntry: false })?.size ?? 0
  if (bytes > totalmem()) {
    throw new EngineLoadError(
      `${modelPath} needs ${gigabytes(bytes)} of memory, but this machine has ${gigabytes(totalmem())}: take a smaller model or a smaller quantization.`,
    )
  }
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step
}
