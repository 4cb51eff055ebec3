/** What moving and what not moving costs. */
export interface CompactionCost {
  /** Keys and values of one token, in bytes. */
  readonly kvCacheBytesPerToken: number
  /** What one evaluation reads, however few its tokens. */
  readonly modelBytes: number
}
