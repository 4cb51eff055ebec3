import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import { measureDecoding } from './measure-decoding.ts'
import { ALWAYS_WIDE_TOKENS, minWideBatchTokens } from './min-wide-batch-tokens.ts'

/** About the most sequences that decode together. */
const BATCHED_SEQUENCES = 16
/** Measuring a slower model would delay its start. */
const MAX_STEP_MS = 5

/**
 * Measures the smallest batch that is worth every thread, where small batches use fewer of them.
 *
 * @param settings with the threads of small batches
 */
export function measureWideBatches(
  library: LlamaLibrary,
  model: LlamaModel,
  settings: ContextSettings,
): number {
  if (settings.threads === settings.wideBatchThreads) return ALWAYS_WIDE_TOKENS
  if (measureDecoding(library, model, settings, 1).singleMs > MAX_STEP_MS) return ALWAYS_WIDE_TOKENS
  const measured = (threads: number) =>
    measureDecoding(library, model, { ...settings, threads }, BATCHED_SEQUENCES)
  return minWideBatchTokens(measured(settings.threads), measured(settings.wideBatchThreads))
}
