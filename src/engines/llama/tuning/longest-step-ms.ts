import type { DecodingContext } from '../decoding/decoding-context.ts'

/** A shorter step is not worth distinguishing: of a fast model the prefill budget makes steps of up to a second. */
const SHORT_STEP_MS = 1_000
/** Any token will do. */
const TOKEN_ID = 0
const SEQUENCE = 0

/**
 * How long a step may take at most, by the time of one token: several tokens in one batch take no longer than one after
 * the other. Leaves the context empty.
 *
 * @param stepTokens most tokens that one step evaluates where a token takes long
 */
export function longestStepMs(context: DecodingContext, stepTokens: number): number {
  const step = (position: number) => {
    context.addToBatch(SEQUENCE, TOKEN_ID, position, true)
    context.decodeBatch()
  }
  // The first step makes the graph and touches the memory; it says nothing about the next.
  step(0)
  const startedMs = performance.now()
  step(1)
  const tokenMs = performance.now() - startedMs
  context.clear(SEQUENCE)
  return Math.max(SHORT_STEP_MS, tokenMs * stepTokens)
}
