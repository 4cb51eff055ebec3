import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { AUTO_VALUES } from '../auto-values.ts'
import type { LlamaEngineSettings } from '../settings.ts'

/** The share of the memory beside the model that the KV cache takes by default. */
const DEFAULT_KV_CACHE_SHARE = 0.5
/** Less is of no use; that there is too little memory is said when it is allocated. */
const MIN_WINDOW_TOKENS = 2_048
/** A number that people can read. */
const WINDOW_STEP_TOKENS = 1_024

/** What a model takes of a machine's memory. */
export interface ModelSize {
  readonly sizeBytes: number
  readonly kvCacheBytesPerToken: number
  readonly trainedContextTokens: number
}

/** How many requests of which length an engine serves at once. */
export interface Capacity {
  readonly maxSequences: number
  readonly contextWindowTokens: number
}

/**
 * Chooses the sequences and the context window: those of the settings, else as much as is useful and fits.
 *
 * @param freeBytes memory for the KV cache, and for the model if it is not loaded yet
 * @throws EngineLoadError when the settings exceed what the model was trained on, or the memory
 */
export function chooseCapacity(settings: LlamaEngineSettings, model: ModelSize, freeBytes: number): Capacity {
  const budgetBytes = Math.max(0, freeBytes - model.sizeBytes) * DEFAULT_KV_CACHE_SHARE
  const contextWindowTokens = chooseContextWindow(settings, model, budgetBytes)
  const sequenceBytes = contextWindowTokens * model.kvCacheBytesPerToken
  const fitting = Math.min(AUTO_VALUES.maxSequences, Math.max(1, Math.floor(budgetBytes / sequenceBytes)))
  const maxSequences = settings.maxSequences === 'auto' ? fitting : settings.maxSequences
  const neededBytes = maxSequences * sequenceBytes
  if (neededBytes > freeBytes) {
    const sequences = maxSequences === 1 ? 'one sequence' : `${maxSequences} sequences`
    throw new EngineLoadError(
      `${settings.model} needs ${gigabytes(neededBytes)} of memory for ${sequences} of ${contextWindowTokens} tokens, but only ${gigabytes(freeBytes)} are free: lower --max-sequences or --context-window-tokens, or use --kv-cache-type q8_0.`,
    )
  }
  return { maxSequences, contextWindowTokens }
}

function chooseContextWindow(settings: LlamaEngineSettings, model: ModelSize, budgetBytes: number): number {
  const trained = model.trainedContextTokens
  const asked = settings.contextWindowTokens
  if (asked === 'auto') return Math.min(trained, fittingWindow(settings, model, budgetBytes))
  if (asked > trained) {
    throw new EngineLoadError(
      `${settings.model} was trained on ${trained} tokens: a context window of ${asked} would give wrong results. Lower --context-window-tokens.`,
    )
  }
  return asked
}

/** A window for several requests at once; where memory is short, a window of everyday use for one of them. */
function fittingWindow(
  { maxSequences }: LlamaEngineSettings,
  { kvCacheBytesPerToken }: ModelSize,
  budgetBytes: number,
): number {
  const budgetTokens = budgetBytes / Math.max(1, kvCacheBytesPerToken)
  const sequences = maxSequences === 'auto' ? AUTO_VALUES.windowSequences : maxSequences
  const preferred = maxSequences === 'auto' ? Math.min(AUTO_VALUES.preferredWindowTokens, budgetTokens) : 0
  const fitting = Math.max(preferred, budgetTokens / sequences)
  return Math.max(MIN_WINDOW_TOKENS, Math.floor(fitting / WINDOW_STEP_TOKENS) * WINDOW_STEP_TOKENS)
}

/** An amount of memory, as people read it. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
