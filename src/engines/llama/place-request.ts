import { isBusy, type Sequence } from './sequence.ts'

/** A shorter prefix is evaluated faster than a copy of it is made. */
const MIN_COPIED_PREFIX_TOKENS = 32

/** Where a request goes, and what it need not evaluate. */
export interface Placement {
  readonly target: Sequence
  /** The sequence to copy from before anything else; null if the target's own content is reused, or nothing. */
  readonly source: Sequence | null
  readonly reusedTokens: number
}

/**
 * Chooses an idle sequence for a prompt: the one whose own content gives the longest prefix, unless that would throw
 * away more than it saves or another sequence, idle or busy, has a longer one to copy.
 *
 * @returns null to let the request wait: no sequence is idle, or a prompt with a longer common prefix is being
 *   evaluated right now and will be there to copy in a few steps
 */
export function placeRequest(
  sequences: readonly Sequence[],
  promptTokens: Int32Array,
  canReusePrefix: boolean,
): Placement | null {
  const idle = sequences.filter((sequence) => !isBusy(sequence))
  const oldest = minBy(idle, (sequence) => sequence.lastUsed)
  if (!oldest) return null
  if (!canReusePrefix) return { target: oldest, source: null, reusedTokens: 0 }
  const placement = choosePlacement(sequences, oldest, promptTokens)
  return isWorthWaiting(sequences, promptTokens, placement.reusedTokens) ? null : placement
}

function choosePlacement(
  sequences: readonly Sequence[],
  oldest: Sequence,
  promptTokens: Int32Array,
): Placement {
  const best = minBy(sequences, (sequence) => -reusableTokens(sequence, promptTokens)) ?? oldest
  const reusedTokens = reusableTokens(best, promptTokens)
  const staysInPlace = best === oldest || (!isBusy(best) && keepsMostOf(best, reusedTokens))
  if (staysInPlace) return { target: best, source: null, reusedTokens }
  if (reusedTokens >= MIN_COPIED_PREFIX_TOKENS) return { target: oldest, source: best, reusedTokens }
  return { target: oldest, source: null, reusedTokens: reusableTokens(oldest, promptTokens) }
}

/** The last token of a prompt is always evaluated, for its logits. */
function reusableTokens(sequence: Sequence, promptTokens: Int32Array): number {
  return Math.min(commonPrefix(sequence.cachedTokens, promptTokens), promptTokens.length - 1)
}

/** A sequence that holds a long conversation is not cut down to the few tokens that every prompt begins with. */
function keepsMostOf(sequence: Sequence, reusedTokens: number): boolean {
  return reusedTokens > 0 && reusedTokens * 2 >= sequence.cachedTokens.length
}

function isWorthWaiting(
  sequences: readonly Sequence[],
  promptTokens: Int32Array,
  reusedTokens: number,
): boolean {
  return sequences.some((sequence) => {
    if (!isBusy(sequence)) return false
    const inPrefill = sequence.running.drawnToken === null
    if (!inPrefill) return false
    const willShare = commonPrefix(sequence.running.request.promptTokens, promptTokens)
    return sequence.cachedTokens.length < willShare && willShare - reusedTokens >= MIN_COPIED_PREFIX_TOKENS
  })
}

function commonPrefix(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = Math.min(a.length, b.length)
  let common = 0
  while (common < length && a[common] === b[common]) common++
  return common
}

function minBy<T>(items: readonly T[], key: (item: T) => number): T | undefined {
  let best: T | undefined
  let bestKey = Number.POSITIVE_INFINITY
  for (const item of items) {
    const itemKey = key(item)
    if (itemKey < bestKey) {
      best = item
      bestKey = itemKey
    }
  }
  return best
}
