/**
 * ggml's CPU kernels evaluate prompts in tiles of this many tokens: 48 tokens take longer than 64 in matrices with such
 * kernels, and flash attention to a long context takes twice as long for 63 tokens as for 64.
 */
export const TILE_TOKENS = 64

/** With a shorter context, evaluating tokens again costs more than attention gains. */
const MIN_CONTEXT_TOKENS = 1_024

/**
 * How many tokens of a cached prefix to reuse so that the rest of the prompt is evaluated fastest: where the rest is
 * more than half a tile after a long prefix, a few tokens of the prefix are evaluated again to fill the tile.
 */
export function trimReuseToTile(reusedTokens: number, promptTokens: number): number {
  const restTokens = promptTokens - reusedTokens
  const isLong = reusedTokens >= MIN_CONTEXT_TOKENS
  return isLong && restTokens > TILE_TOKENS / 2 && restTokens < TILE_TOKENS
    ? promptTokens - TILE_TOKENS
    : reusedTokens
}
