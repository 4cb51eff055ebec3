/** What a request of a certain size cost. */
export interface Cost {
  readonly bytes: number
  /** Of all processes together. */
  readonly processorMs: number
}

/** The cost factor for twice the size: two, and a tolerance for processor caches and garbage. */
const MAX_GROWTH_PER_DOUBLING = 2.5
/** Less than this cannot be distinguished from the cost of any request. */
const NOISE_MS = 4
/** Steep growth to less than this is reported only when it continues: counted work may rise to its bound, and ends there. */
const LARGE_MS = 100

/** Two neighbouring sizes of which the larger costs too much. */
export interface SteepGrowth {
  /** Whether the next size is to decide. */
  readonly isDoubtful: boolean
  readonly message: string
}

/** Says where costs, by size, grow faster at their end than sizes do; null where they do not. */
export function findSteepGrowth(costs: readonly Cost[]): SteepGrowth | null {
  const [before, small, large] = [costs.at(-3), costs.at(-2), costs.at(-1)]
  const message = describeGrowth(small, large)
  if (message === null) return null
  const goesOn = describeGrowth(before, small) !== null
  return { isDoubtful: !goesOn && (large?.processorMs ?? 0) < LARGE_MS, message }
}

function describeGrowth(small: Cost | undefined, large: Cost | undefined): string | null {
  if (small === undefined || large === undefined) return null
  const doublings = Math.log2(large.bytes / small.bytes)
  const smallMs = Math.max(NOISE_MS, small.processorMs)
  if (large.processorMs <= smallMs * MAX_GROWTH_PER_DOUBLING ** doublings) return null
  const growth = (large.processorMs / smallMs) ** (1 / doublings)
  const pair = [small, large].map(
    ({ bytes, processorMs }) => `${processorMs.toFixed(1)} ms for ${bytes} bytes`,
  )
  return `it takes ${pair.join(', ')}: ${growth.toFixed(1)} times as much for each doubling, ${MAX_GROWTH_PER_DOUBLING} are allowed`
}
