/**
 * The layout of the KV cache. `unified`: all sequences share its cells, and a shared prefix is held once. `per-sequence`:
 * each sequence has cells of its own, and attention skips those of the others.
 */
export type KvCacheLayout = 'unified' | 'per-sequence'

/** The three settings whose best value depends on the model and the machine. */
export interface MeasuredSettings {
  readonly threads: number
  readonly kvCacheLayout: KvCacheLayout
  readonly flashAttention: boolean
}

/** The settings of a llama engine; the engine chooses those that are null. */
export interface LlamaEngineSettings {
  /** A GGUF file. */
  readonly modelPath: string
  /** The most requests that decode together. Null: 8, or fewer where there is less memory. */
  readonly maxSequences: number | null
  /** The most requests that wait for a sequence; more are refused as overloaded. */
  readonly maxQueuedRequests: number
  /** The most tokens of prompt and completion together. Null: what the model was trained on, up to 8,192. */
  readonly contextWindowTokens: number | null
  /** Makes completions reproducible, whatever other requests run. Null: a random seed for each request. */
  readonly seed: number | null
  /** Tokens less likely than this share of the likeliest are never sampled; 0 turns it off. */
  readonly minP: number
  /** Null: measured at load. */
  readonly threads: number | null
  /** Null: `per-sequence`. */
  readonly kvCacheLayout: KvCacheLayout | null
  /** Null: measured at load. */
  readonly flashAttention: boolean | null
  /** Whether requests may have tools. */
  readonly tools: 'auto' | 'off'
  /**
   * How long the process may not respond before it is killed and restarted; 0: no limit. Null: 30 s, longer for slow
   * models.
   */
  readonly responseTimeoutMs: number | null
  /** How long loading may make no progress; 0: no limit. Null: ten minutes, longer for large files. */
  readonly loadTimeoutMs: number | null
}

export const DEFAULT_LLAMA_ENGINE_SETTINGS: Omit<LlamaEngineSettings, 'modelPath'> = {
  maxSequences: null,
  maxQueuedRequests: 64,
  contextWindowTokens: null,
  seed: null,
  minP: 0.05,
  threads: null,
  kvCacheLayout: null,
  flashAttention: null,
  tools: 'auto',
  responseTimeoutMs: null,
  loadTimeoutMs: null,
}
