/** What `auto` means for settings of a model in this process, where it is not measured. */
export const AUTO_VALUES = {
  /** Or as many as memory suffices for, if that is less. */
  maxSequences: 8,
  /** Or what the model was trained on, if that is less. Most models are trained on more than most machines have room for. */
  contextWindowTokens: 8_192,
  /** Or longer for a slow model. */
  responseTimeoutMs: 30_000,
  /** Or longer for a large file. */
  loadTimeoutMs: 600_000,
} as const
