/** What one token takes at most, in an event of its own with everything that servers add to it. */
const MAX_BYTES_PER_TOKEN = 16 * 1024
/** What opens and closes an answer, and signs of life while it waits. */
const MAX_OTHER_BYTES = 1024 * 1024
/** However many tokens were asked for: what one answer may cost in memory where it is gathered. */
const MAX_RESPONSE_BYTES = 256 * 1024 * 1024

/** Most bytes that an upstream may send for so many tokens. */
export function maxResponseBytes(maxTokens: number): number {
  return Math.min(MAX_RESPONSE_BYTES, MAX_OTHER_BYTES + maxTokens * MAX_BYTES_PER_TOKEN)
}
