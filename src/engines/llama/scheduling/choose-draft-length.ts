/** A step with draft tokens, relative to one without. */
export interface DraftLength {
  readonly tokens: number
  /** How many times as fast as without a draft the slowest of the sequences is expected to be. */
  readonly speedUp: number
}

const NO_DRAFT: DraftLength = { tokens: 0, speedUp: 1 }

/**
 * Chooses the length of the drafts of a step, the same for all sequences, by which the one that gains least gains most.
 *
 * @param expected for each sequence how many of its draft tokens are accepted on average, for each length from 1
 * @param costOf the time of a step with drafts of a length, relative to one without
 */
export function chooseDraftLength(
  expected: readonly (readonly number[])[],
  costOf: (draftTokens: number) => number,
): DraftLength {
  const longest = Math.min(...expected.map(({ length }) => length))
  let best = NO_DRAFT
  for (let tokens = 1; tokens <= longest; tokens++) {
    const least = Math.min(...expected.map((one) => one[tokens - 1] ?? 0))
    const speedUp = (1 + least) / costOf(tokens)
    if (speedUp > best.speedUp) best = { tokens, speedUp }
  }
  return best
}
