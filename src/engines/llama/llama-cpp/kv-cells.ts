/** What a KV cache may take from the start: a small model then costs little more than its weights. */
const FIRST_BYTES = 64 * 1024 * 1024
/** Or this share of the model, where that is more. */
const FIRST_MODEL_SHARE = 0.25
/** Shorter conversations are rare. */
const MIN_FIRST_CELLS = 512

/** What the first number of cells depends on. */
export interface CachedModel {
  readonly sizeBytes: number
  readonly kvCacheBytesPerToken: number
}

/**
 * The cells of each sequence to begin with: those of a whole window where that is little beside the model, else those of a
 * short conversation.
 */
export function firstKvCells(
  { sizeBytes, kvCacheBytesPerToken }: CachedModel,
  { maxSequences, windowCells }: { readonly maxSequences: number; readonly windowCells: number },
): number {
  const budgetBytes = Math.max(FIRST_BYTES, sizeBytes * FIRST_MODEL_SHARE)
  const cells = budgetBytes / Math.max(1, kvCacheBytesPerToken * maxSequences)
  return Math.min(windowCells, Math.max(MIN_FIRST_CELLS, 2 ** Math.floor(Math.log2(Math.max(1, cells)))))
}

/** The next larger number that is enough. It is doubled, so that growing takes linear time in all. */
export function grownKvCells(current: number, needed: number, windowCells: number): number {
  let enough = current
  while (enough < needed) enough *= 2
  return Math.max(current, Math.min(windowCells, enough))
}
