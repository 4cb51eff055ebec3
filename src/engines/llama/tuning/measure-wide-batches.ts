import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import { measureDecoding } from './measure-decoding.ts'
import { ALWAYS_WIDE_TOKENS, minWideBatchTokens } from './min-wide-batch-tokens.ts'

/** Sequences of a batch that is as wide as decoding mostly makes it. */
const BATCHED_SEQUENCES = 16
/** Measuring a slower model would hold its start up. */
const MAX_STEP_MS = 5

/**
 * Finds out from how many rows on a batch is worth every thread, where small batches have fewer of them.
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
