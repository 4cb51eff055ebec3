import { isBusy, isInPrefill, type Sequence, type SequenceRequest } from './sequence.ts'

/** Evaluating a shorter prefix is faster than copying it. */
const MIN_COPIED_PREFIX_TOKENS = 32

/** Reusing a prefix in place may evict more tokens than it reuses: at most this many, and 8 for each reused one. */
const MAX_EVICTED_TOKENS = 256
const MAX_EVICTED_PER_REUSED_TOKEN = 8

/** The properties of a request on which its placement depends. */
type PromptToPlace = Pick<SequenceRequest, 'promptTokens' | 'cacheScope'> &
  Partial<Pick<SequenceRequest, 'logprobs' | 'isBackground'>>

/** The sequence for a request, and how much of its prompt is reused. */
export interface Placement {
  readonly target: Sequence
  /** The sequence to copy the prefix from; null if the target's own prefix is reused, or none. */
  readonly source: Sequence | null
  readonly reusedTokens: number
}

/**
 * Chooses an idle sequence for a prompt: the one that holds the longest prefix of it, unless that would evict more than
 * it saves, or another sequence, idle or busy, has a longer prefix to copy. Sequences of other scopes make no
 * difference: the time to the first token must not depend on what they hold.
 *
 * @returns null if the request has to wait: no sequence is idle, or a prompt with a longer common prefix is in prefill
 *   and can be copied after a few steps
 */
export function placeRequest(
  sequences: readonly Sequence[],
  prompt: PromptToPlace,
  canReusePrefix: boolean,
): Placement | null {
  const evicted = chooseEvicted(sequences)
  if (!evicted) return null
  // Tokens in the KV cache are not evaluated again, and so not scored.
  if (!canReusePrefix || prompt.logprobs?.ofPrompt) return { target: evicted, source: null, reusedTokens: 0 }
  const placement = choosePlacement(sequences, evicted, prompt)
  return isWorthWaiting(sequences, prompt, placement.reusedTokens) ? null : placement
}

/**
 * The idle sequence to evict: of the less recently used half, the one with the most busy neighbours. Where each sequence
 * has its own KV stream, llama.cpp evaluates each run of contiguous ids separately: four scattered sequences take twice
 * as long as four contiguous ones.
 */
function chooseEvicted(sequences: readonly Sequence[]): Sequence | undefined {
  const idle = sequences
    .filter((sequence) => !isBusy(sequence))
    .sort((a, b) => a.lastAdmission - b.lastAdmission)
  const leastRecent = idle.slice(0, Math.ceil(idle.length / 2))
  const busyNeighbours = ({ seqId }: Sequence) =>
    sequences.filter((other) => isBusy(other) && Math.abs(other.seqId - seqId) === 1).length
  return minBy(leastRecent, (sequence) => -busyNeighbours(sequence))
}

function choosePlacement(
  sequences: readonly Sequence[],
  evicted: Sequence,
  prompt: PromptToPlace,
): Placement {
  const best = minBy(sequences, (sequence) => -reusableTokens(sequence, prompt)) ?? evicted
  const reusedTokens = reusableTokens(best, prompt)
  const isInPlace = best === evicted || (!isBusy(best) && isWorthTruncating(best, reusedTokens))
  if (isInPlace) return { target: best, source: null, reusedTokens }
  if (reusedTokens >= MIN_COPIED_PREFIX_TOKENS) return { target: evicted, source: best, reusedTokens }
  return { target: evicted, source: null, reusedTokens: reusableTokens(evicted, prompt) }
}

/** The last token of a prompt is always evaluated: its logits are needed. */
function reusableTokens(sequence: Sequence, { promptTokens, cacheScope }: PromptToPlace): number {
  if (sequence.cacheScope !== cacheScope) return 0
  return Math.min(commonPrefix(sequence.cachedTokens, promptTokens), promptTokens.length - 1)
}

/**
 * A sequence that holds a long conversation is not truncated to the few tokens that every prompt starts with. One that
 * holds the same short prompt with a completion is.
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
  { promptTokens, cacheScope, isBackground = false }: PromptToPlace,
  reusedTokens: number,
): boolean {
  return sequences.some((sequence) => {
    if (!isInPrefill(sequence) || sequence.cacheScope !== cacheScope) return false
    // A prefill in the background may take long.
    if (sequence.running.request.isBackground && !isBackground) return false
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
