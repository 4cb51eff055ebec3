import { freemem } from 'node:os'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { AUTO_VALUES } from '../auto-values.ts'
import type { LlamaEngineSettings } from '../settings.ts'

/** The share of the memory beside the model that the KV cache takes by default. */
const DEFAULT_KV_CACHE_SHARE = 0.5

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

/** The memory that this process may still take, in bytes, within a container's limit. */
export function availableMemoryBytes(): number {
  return process.availableMemory?.() ?? freemem()
}

/**
 * Chooses the sequences and the context window: those of the settings, else as much as is useful and fits.
 *
 * @param freeBytes memory for the KV cache, and for the model if it is not loaded yet
 * @throws EngineLoadError when the settings exceed what the model was trained on, or the memory
 */
export function chooseCapacity(settings: LlamaEngineSettings, model: ModelSize, freeBytes: number): Capacity {
  const contextWindowTokens = chooseContextWindow(settings, model)
  const sequenceBytes = contextWindowTokens * model.kvCacheBytesPerToken
  const budgetBytes = Math.max(0, freeBytes - model.sizeBytes) * DEFAULT_KV_CACHE_SHARE
  const fitting = Math.min(AUTO_VALUES.maxSequences, Math.max(1, Math.floor(budgetBytes / sequenceBytes)))
  const maxSequences = settings.maxSequences === 'auto' ? fitting : settings.maxSequences
  const neededBytes = maxSequences * sequenceBytes
  if (neededBytes > freeBytes) {
    throw new EngineLoadError(
      `${settings.model} needs ${gigabytes(neededBytes)} of memory for ${maxSequences} sequences of ${contextWindowTokens} tokens, but only ${gigabytes(freeBytes)} are free: lower --max-sequences or --context-window-tokens.`,
    )
  }
  return { maxSequences, contextWindowTokens }
}

function chooseContextWindow(settings: LlamaEngineSettings, model: ModelSize): number {
  const trained = model.trainedContextTokens
  const asked = settings.contextWindowTokens
  if (asked === 'auto') return Math.min(trained, AUTO_VALUES.contextWindowTokens)
  if (asked > trained) {
    throw new EngineLoadError(
      `${settings.model} was trained on ${trained} tokens: a context window of ${asked} would give wrong results.`,
    )
  }
  return asked
}

/** An amount of memory, as people read it. */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
