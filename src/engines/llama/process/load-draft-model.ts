import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { LlamaContext } from '../decoding/llama-context.ts'
import { commonTokens } from '../llama-cpp/common-tokens.ts'
import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import { LlamaModel } from '../llama-cpp/llama-model.ts'
import type { DraftModelOptions } from '../scheduling/draft-model.ts'
import type { LlamaEngineSettings } from '../settings.ts'
import { canRemoveTokens } from '../tuning/can-remove-tokens.ts'
import type { ModelSize } from '../tuning/choose-capacity.ts'

/**
 * Loads the draft model of the settings; null where they have none, or nothing is to be drafted with it.
 *
 * @param onProgress called while it is read
 * @throws EngineLoadError with a message of one line
 */
export function loadDraftModel(
  library: LlamaLibrary,
  settings: LlamaEngineSettings,
  onProgress: () => void,
): LlamaModel | null {
  const { draftModel, speculation, seed, kvCacheType } = settings
  if (draftModel === undefined || speculation !== 'auto') return null
  if (seed !== undefined) {
    throw new EngineLoadError(
      'With --seed nothing is drafted, because what a batch holds changes its arithmetic: use --seed or --draft-model, not both.',
    )
  }
  const gpuLayers: 0 | 'auto' = settings.gpuLayers === 0 ? 0 : 'auto'
  try {
    const file = { model: draftModel, gpuLayers, kvCacheType, loraAdapters: [] }
    return new LlamaModel(library, file, onProgress)
  } catch (error) {
    if (error instanceof EngineLoadError) throw new EngineLoadError(`--draft-model: ${error.message}`)
    throw error
  }
}

/**
 * How many tokens the two models share.
 *
 * @throws EngineLoadError where their vocabularies differ
 */
export function checkVocabularies(
  settings: LlamaEngineSettings,
  model: LlamaModel,
  draft: LlamaModel,
): number {
  const common = commonTokens(model.vocabulary, draft.vocabulary)
  if (typeof common === 'number') return common
  throw new EngineLoadError(
    `${settings.draftModel} cannot draft for ${settings.model}, because their vocabularies differ: ${common}. Give --draft-model a smaller model of the same family.`,
  )
}

/** What both models take of the memory. */
export function sizeWithDraftModel(model: ModelSize, draft: ModelSize | null): ModelSize {
  const { sizeBytes, kvCacheBytesPerToken, trainedContextTokens } = model
  return {
    sizeBytes: sizeBytes + (draft?.sizeBytes ?? 0),
    kvCacheBytesPerToken: kvCacheBytesPerToken + (draft?.kvCacheBytesPerToken ?? 0),
    trainedContextTokens,
  }
}

/**
 * A context of the draft model for as many sequences as the model's.
 *
 * @throws EngineLoadError when memory is short, or the draft model cannot draft for the model
 */
export function openDraftContext(
  library: LlamaLibrary,
  settings: LlamaEngineSettings,
  { model, draft, context }: { model: LlamaModel; draft: LlamaModel; context: ContextSettings },
): DraftModelOptions {
  const common = checkVocabularies(settings, model, draft)
  const opened = new LlamaContext(library, draft, {
    ...context,
    contextWindowTokens: Math.min(context.contextWindowTokens, draft.trainedContextTokens),
    kvCells: Math.min(context.kvCells, draft.trainedContextTokens),
  })
  if (!canRemoveTokens(opened)) {
    throw new EngineLoadError(
      `${settings.draftModel} cannot draft, because tokens that are rejected cannot be removed from what it holds. Give --draft-model another model.`,
    )
  }
  return { context: opened, commonTokens: common, relativeCost: draft.sizeBytes / model.sizeBytes }
}

/** Why a draft model is of no use: a mistake of the settings. */
export function cannotSpeculate({ model }: LlamaEngineSettings): EngineLoadError {
  return new EngineLoadError(
    `Nothing can be drafted for ${model}, because tokens that are rejected cannot be removed from what it holds: omit --draft-model.`,
  )
}
