/**
 * llama.cpp's kernels take prompts in tiles of so many tokens: 48 take longer than 64 in matrices with such kernels, and
 * flash attention to a long context costs 63 twice as much as 64.
 */
export const TILE_TOKENS = 64

/** Below this much context the tokens that are evaluated again cost more than what attention gains. */
const MIN_CONTEXT_TOKENS = 1_024

/**
 * How much of a prefix to reuse so that the rest of the prompt is evaluated soonest: more than half of a tile behind a
 * long prefix is made a whole one, for which a few tokens of the prefix are evaluated again.
 */
export function fillTile(reusedTokens: number, promptTokens: number): number {
  const restTokens = promptTokens - reusedTokens
  const isLong = reusedTokens >= MIN_CONTEXT_TOKENS
  return isLong && restTokens > TILE_TOKENS / 2 && restTokens < TILE_TOKENS
    ? promptTokens - TILE_TOKENS
    : reusedTokens
}
