import type { DecodingTimes } from './measure-decoding.ts'

/** Prompts are worth every thread, however fast a model is. */
export const ALWAYS_WIDE_TOKENS = 32
/** So much faster all threads must be. */
const WORTHWHILE_SPEED_UP = 1.2

/**
 * From how many rows on a batch is worth every thread: the time of a step goes up in a straight line from one row to as
 * many as were measured.
 *
 * @param few what the threads of small batches take
 * @param all what all threads take, interruptions included
 */
export function minWideBatchTokens(few: DecodingTimes, all: DecodingTimes): number {
  for (let rows = 1; rows < ALWAYS_WIDE_TOKENS; rows++) {
    if (stepMs(few, rows) >= stepMs(all, rows) * WORTHWHILE_SPEED_UP) return rows
  }
  return ALWAYS_WIDE_TOKENS
}

function stepMs({ singleMs, batchedMs, sequences }: DecodingTimes, rows: number): number {
  const rowMs = sequences > 1 ? (batchedMs - singleMs) / (sequences - 1) : 0
  return singleMs + rowMs * (rows - 1)
}
