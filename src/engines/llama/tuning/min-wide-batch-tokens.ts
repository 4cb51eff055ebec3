import type { DecodingTimes } from './measure-decoding.ts'

/** A batch of this many tokens is always wide: prompts are worth every thread, however fast a model is. */
export const ALWAYS_WIDE_TOKENS = 32
/** How much faster all threads must be. */
const WORTHWHILE_SPEED_UP = 1.2

/**
 * The smallest batch that is worth every thread. The time of a step is interpolated linearly between one token and as many
 * as were measured.
 *
 * @param few the times with the threads of small batches
 * @param all the times with all threads
 */
export function minWideBatchTokens(few: DecodingTimes, all: DecodingTimes): number {
  for (let tokens = 1; tokens < ALWAYS_WIDE_TOKENS; tokens++) {
    if (stepMs(few, tokens) >= stepMs(all, tokens) * WORTHWHILE_SPEED_UP) return tokens
  }
  return ALWAYS_WIDE_TOKENS
}

function stepMs({ singleMs, batchedMs, sequences }: DecodingTimes, tokens: number): number {
  const tokenMs = sequences > 1 ? (batchedMs - singleMs) / (sequences - 1) : 0
  return singleMs + tokenMs * (tokens - 1)
}
