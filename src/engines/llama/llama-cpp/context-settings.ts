import type { KvCacheType, MeasuredSettings } from '../settings.ts'

/** The parameters of a context of llama.cpp. */
export interface ContextSettings extends MeasuredSettings {
  /** The threads for wide batches. */
  readonly wideBatchThreads: number
  /** A batch of at least this many tokens is wide. */
  readonly wideBatchTokens: number
  readonly maxSequences: number
  /** The most tokens of one sequence. */
  readonly contextWindowTokens: number
  /** The cells that each sequence has at first. */
  readonly kvCells: number
  readonly kvCacheType: KvCacheType
  readonly maxBatchTokens: number
  /** The seed of every sampler; null chooses a random one for each request. */
  readonly seed: number | null
  /** See `SamplerSettings`. */
  readonly minP: number
  /** One sequence per batch, fixed prompt chunks, no prefix reuse: arithmetic that depends on the request alone. */
  readonly reproducible: boolean
}
