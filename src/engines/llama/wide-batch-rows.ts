import type { DecodingTimes } from './measure-decoding.ts'

/** A step that takes less is evaluated sooner by few threads, for whom nobody has to wait. */
const WORTHWHILE_STEP_MS = 2
/** Prompts are worth every thread, however fast a model is. */
const MAX_ROWS = 32

/**
 * From how many rows on a batch is worth every thread.
 *
 * @param times what the threads of small batches take
 */
export function wideBatchRows({ aloneMs, togetherMs, sequences }: DecodingTimes): number {
  if (aloneMs >= WORTHWHILE_STEP_MS) return 1
  if (sequences < 2) return MAX_ROWS
  const rowMs = Math.max(0, togetherMs - aloneMs) / (sequences - 1)
  const rows = 1 + Math.ceil((WORTHWHILE_STEP_MS - aloneMs) / rowMs)
  return Math.min(rows, MAX_ROWS)
}
