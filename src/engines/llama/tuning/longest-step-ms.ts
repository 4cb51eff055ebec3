import type { DecodingContext } from '../decoding/decoding-context.ts'

/** The shortest result: with a fast model the prefill budget makes steps of up to a second. */
const SHORT_STEP_MS = 1_000
/** Any token will do. */
const TOKEN_ID = 0
const SEQ_ID = 0

/**
 * The longest that a step may take, estimated from the time of one token: several tokens in one batch take no longer than
 * one after the other. Leaves the context empty.
 *
 * @param stepTokens the most tokens of one step of a slow model
 */
export function longestStepMs(context: DecodingContext, stepTokens: number): number {
  const step = (position: number) => {
    context.addToBatch(SEQ_ID, TOKEN_ID, position, true)
    context.decodeBatch()
  }
  // The first step builds the graph and touches the memory: its time says nothing about later ones.
  step(0)
  const startedMs = performance.now()
  step(1)
  const tokenMs = performance.now() - startedMs
  context.clear(SEQ_ID)
  return Math.max(SHORT_STEP_MS, tokenMs * stepTokens)
}
