import type { MeasuredSettings } from '../llama-engine-settings.ts'

/** Everything a context of llama.cpp is made from. */
export interface ContextSettings extends MeasuredSettings {
  /** Threads of wide batches, whose arithmetic is worth every processor. */
  readonly wideBatchThreads: number
  /** A batch of so many rows is wide; a long chunk of a prompt always is. */
  readonly wideBatchTokens: number
  readonly maxSequences: number
  /** Most tokens of one sequence. */
  readonly contextWindowTokens: number
  readonly maxBatchTokens: number
  /** Draws the same tokens each time; null draws anew each time. */
  readonly seed: number | null
  /** See `SamplerSettings`. */
  readonly minP: number
  /** One sequence a batch, fixed chunks, no prefix reuse: arithmetic that depends on nothing but the request. */
  readonly reproducible: boolean
}
