import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import { measureDecoding } from './measure-decoding.ts'
import { MAX_WIDE_BATCH_ROWS, wideBatchRows } from './min-wide-batch-tokens.ts'

/** Sequences of a batch that is as wide as decoding mostly makes it. */
const TOGETHER = 16
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
  if (settings.threads === settings.wideBatchThreads) return MAX_WIDE_BATCH_ROWS
  if (measureDecoding(library, model, settings, 1).aloneMs > MAX_STEP_MS) return MAX_WIDE_BATCH_ROWS
  const measured = (threads: number) => measureDecoding(library, model, { ...settings, threads }, TOGETHER)
  return wideBatchRows(measured(settings.threads), measured(settings.wideBatchThreads))
}
