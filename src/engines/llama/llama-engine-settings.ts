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

/** What somebody may say about a model in this process; null where the engine chooses. */
export interface LlamaEngineSettings {
  /** A GGUF file. */
  readonly modelPath: string
  /** Requests that decode together; null: 8, or as many as there is memory for. */
  readonly maxSequences: number | null
  /** Requests that wait for a sequence; one more is refused as overloaded. */
  readonly maxQueuedRequests: number
  /** Most tokens of prompt and completion together; null: what the model was trained on, up to 8,192. */
  readonly contextWindowTokens: number | null
  /** Draws the same tokens for the same request, alone or in company; null draws anew each time. */
  readonly seed: number | null
  /** Tokens less likely than this share of the likeliest are never drawn; 0 turns it off. */
  readonly minP: number
  /** Null measures. */
  readonly threads: number | null
  /** Null is a room for each sequence. */
  readonly kvCacheLayout: KvCacheLayout | null
  /** Null measures. */
  readonly flashAttention: boolean | null
  /** Whether callers may give the model tools. */
  readonly tools: 'auto' | 'off'
  /**
   * How long the process may not answer before it is ended and started again; 0: for ever. Null: 30 s, longer for models
   * that are so slow that a step may take long.
   */
  readonly responseTimeoutMs: number | null
  /** How long loading may make no progress; 0: for ever. Null: ten minutes, longer for files that take longer to read. */
  readonly loadTimeoutMs: number | null
}

/** Settings for those who say nothing but the path. */
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
