import type { DecodingTimes } from './measure-decoding.ts'

/** Prompts are worth every thread, however fast a model is. */
export const MAX_WIDE_BATCH_ROWS = 32
/** So much faster all threads must be. */
const WORTHWHILE_SPEED_UP = 1.2

/**
 * From how many rows on a batch is worth every thread: the time of a step goes up in a straight line from one row to as
 * many as were measured.
 *
 * @param few what the threads of small batches take
 * @param all what all threads take, interruptions included
 */
export function wideBatchRows(few: DecodingTimes, all: DecodingTimes): number {
  for (let rows = 1; rows < MAX_WIDE_BATCH_ROWS; rows++) {
    if (stepMs(few, rows) >= stepMs(all, rows) * WORTHWHILE_SPEED_UP) return rows
  }
  return MAX_WIDE_BATCH_ROWS
}

function stepMs({ aloneMs, togetherMs, sequences }: DecodingTimes, rows: number): number {
  const rowMs = sequences > 1 ? (togetherMs - aloneMs) / (sequences - 1) : 0
  return aloneMs + rowMs * (rows - 1)
}
