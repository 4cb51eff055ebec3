/** A token with the natural logarithm of its probability. */
export interface TokenScore {
  readonly tokenId: number
  readonly logprob: number
}

/** The scores of one token and of the likeliest ones. */
export interface ScoredPosition {
  readonly logprob: number
  /** The likeliest first. */
  readonly top: readonly TokenScore[]
}

/** @param count how many of the likeliest tokens are named */
export function scoreToken(logits: Float32Array, tokenId: number, count: number): ScoredPosition {
  const logSum = logSumExp(logits)
  const top = likeliest(logits, count).map((id) => ({ tokenId: id, logprob: (logits[id] ?? 0) - logSum }))
  return { logprob: (logits[tokenId] ?? 0) - logSum, top }
}

function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY
  for (let id = 0; id < logits.length; id++) max = Math.max(max, logits[id] ?? max)
  let sum = 0
  for (let id = 0; id < logits.length; id++) sum += Math.exp((logits[id] ?? 0) - max)
  return max + Math.log(sum)
}

/** Of equal tokens the first, as greedy sampling has it. */
function likeliest(logits: Float32Array, count: number): number[] {
  const ids: number[] = []
  let least = Number.NEGATIVE_INFINITY
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] ?? 0
    if (count === 0 || (ids.length === count && logit <= least)) continue
    let at = ids.length
    while (at > 0 && (logits[ids[at - 1] ?? 0] ?? 0) < logit) at--
    ids.splice(at, 0, id)
    if (ids.length > count) ids.pop()
    if (ids.length === count) least = logits[ids.at(-1) ?? 0] ?? 0
  }
  return ids
}
