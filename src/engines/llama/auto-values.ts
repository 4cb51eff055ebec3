/** What `auto` means for settings of a model in this process, where it is not measured. */
export const AUTO_VALUES = {
  /** Or as many as memory suffices for, if that is less. */
  maxSequences: 8,
  /** The window is as large as memory allows for this many requests at once. */
  windowSequences: 4,
  /** But as large as this if memory allows it for one request. */
  preferredWindowTokens: 32_768,
  /** Or longer for a slow model. */
  responseTimeoutMs: 30_000,
  /** Or longer for a large file. */
  loadTimeoutMs: 600_000,
} as const
