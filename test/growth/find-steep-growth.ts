/** What a request of a certain size cost. */
export interface Cost {
  readonly bytes: number
  /** Of all processes together. */
  readonly processorMs: number
}

/** Twice the size may cost so many times as much: twice, and some for caches of the processor and garbage. */
const MAX_GROWTH_PER_DOUBLING = 2.5
/** Less than this cannot be told from what every request costs. */
const NOISE_MS = 4
/** Two sizes are compared that are at least so far apart: over one doubling noise counts for more. */
const MIN_SIZE_RATIO = 3

/** Says where costs grow faster than sizes; null where they do not. */
export function findSteepGrowth(costs: readonly Cost[]): string | null {
  for (const large of costs) {
    for (const small of costs) {
      if (large.bytes < small.bytes * MIN_SIZE_RATIO) continue
      const doublings = Math.log2(large.bytes / small.bytes)
      const smallMs = Math.max(NOISE_MS, small.processorMs)
      if (large.processorMs <= smallMs * MAX_GROWTH_PER_DOUBLING ** doublings) continue
      const growth = (large.processorMs / smallMs) ** (1 / doublings)
      const pair = [small, large].map(
        ({ bytes, processorMs }) => `${processorMs.toFixed(1)} ms for ${bytes} bytes`,
      )
      return `it takes ${pair.join(', ')}: ${growth.toFixed(1)} times as much for each doubling, ${MAX_GROWTH_PER_DOUBLING} are allowed`
    }
  }
  return null
}
