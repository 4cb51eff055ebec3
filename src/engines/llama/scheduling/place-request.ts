import { isBusy, type Sequence, type SequenceRequest } from './sequence.ts'

/** A shorter prefix is evaluated faster than a copy of it is made. */
const MIN_COPIED_PREFIX_TOKENS = 32

/** So few tokens of a completion are given up for a prefix, at most so many for each token of it. */
const MAX_EVICTED_TOKENS = 256
const MAX_EVICTED_PER_REUSED_TOKEN = 8

/** What of a request decides about its place. */
type PromptToPlace = Pick<SequenceRequest, 'promptTokens' | 'cacheScope'>

/** Where a request goes, and what it need not evaluate. */
export interface Placement {
  readonly target: Sequence
  /** The sequence to copy from before anything else; null if the target's own content is reused, or nothing. */
  readonly source: Sequence | null
  readonly reusedTokens: number
}

/**
 * Chooses an idle sequence for a prompt: the one whose own content gives the longest prefix, unless that would throw
 * away more than it saves or another sequence, idle or busy, has a longer one to copy. What sequences of other scopes
 * hold or evaluate makes no difference, or its first token would tell of it.
 *
 * @returns null to let the request wait: no sequence is idle, or a prompt with a longer common prefix is being
 *   evaluated right now and will be there to copy in a few steps
 */
export function placeRequest(
  sequences: readonly Sequence[],
  prompt: PromptToPlace,
  canReusePrefix: boolean,
): Placement | null {
  const evicted = chooseEvicted(sequences)
  if (!evicted) return null
  if (!canReusePrefix) return { target: evicted, source: null, reusedTokens: 0 }
  const placement = choosePlacement(sequences, evicted, prompt)
  return isWorthWaiting(sequences, prompt, placement.reusedTokens) ? null : placement
}

/**
 * The idle sequence whose content is given up: one of the older half, and of these the one that leaves the busy ones in
 * the fewest runs. Where sequences have rooms of their own, llama.cpp evaluates each run of neighbours by itself: four
 * of them scattered take twice the time of four side by side.
 */
function chooseEvicted(sequences: readonly Sequence[]): Sequence | undefined {
  const idle = sequences.filter((sequence) => !isBusy(sequence)).sort((a, b) => a.lastUsed - b.lastUsed)
  const older = idle.slice(0, Math.ceil(idle.length / 2))
  const busyNeighbours = ({ seqId }: Sequence) =>
    sequences.filter((other) => isBusy(other) && Math.abs(other.seqId - seqId) === 1).length
  return minBy(older, (sequence) => -busyNeighbours(sequence))
}

function choosePlacement(
  sequences: readonly Sequence[],
  evicted: Sequence,
  prompt: PromptToPlace,
): Placement {
  const best = minBy(sequences, (sequence) => -reusableTokens(sequence, prompt)) ?? evicted
  const reusedTokens = reusableTokens(best, prompt)
  const staysInPlace = best === evicted || (!isBusy(best) && isWorthTruncating(best, reusedTokens))
  if (staysInPlace) return { target: best, source: null, reusedTokens }
  if (reusedTokens >= MIN_COPIED_PREFIX_TOKENS) return { target: evicted, source: best, reusedTokens }
  return { target: evicted, source: null, reusedTokens: reusableTokens(evicted, prompt) }
}

/** The last token of a prompt is always evaluated, for its logits. */
function reusableTokens(sequence: Sequence, { promptTokens, cacheScope }: PromptToPlace): number {
  if (sequence.cacheScope !== cacheScope) return 0
  return Math.min(commonPrefix(sequence.cachedTokens, promptTokens), promptTokens.length - 1)
}

/**
 * A sequence that holds a long conversation is not cut down to the few tokens that every prompt begins with; one that
 * holds the same short prompt with its completion is.
 */
function isWorthTruncating(sequence: Sequence, reusedTokens: number): boolean {
  const evictedTokens = sequence.cachedTokens.length - reusedTokens
  return (
    reusedTokens > 0 &&
    evictedTokens <=
      Math.max(reusedTokens, Math.min(MAX_EVICTED_TOKENS, MAX_EVICTED_PER_REUSED_TOKEN * reusedTokens))
  )
}

function isWorthWaiting(
  sequences: readonly Sequence[],
  { promptTokens, cacheScope }: PromptToPlace,
  reusedTokens: number,
): boolean {
  return sequences.some((sequence) => {
    if (!isBusy(sequence) || sequence.cacheScope !== cacheScope) return false
    const inPrefill = sequence.running.sampledToken === null
    if (!inPrefill) return false
    const sharedTokens = commonPrefix(sequence.running.request.promptTokens, promptTokens)
    return (
      sequence.cachedTokens.length < sharedTokens && sharedTokens - reusedTokens >= MIN_COPIED_PREFIX_TOKENS
    )
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
