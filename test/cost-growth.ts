import { expect } from 'vitest'

/** How often the larger input is as large as the smaller. */
const TIMES_LARGER = 8
/**
 * Twice the input may cost two and a half times as much, so eight times the input that cubed. What grows by the square
 * costs 64 times as much.
 */
const MAX_DOUBLED_COST = 2.5
const MAX_COST_RATIO = MAX_DOUBLED_COST ** 3
/** What is measured is repeated: the least is what the work costs by itself. */
const MAX_RUNS = 24

/** Some work on inputs of any size. */
export interface GrowingWork<Input> {
  readonly make: (size: number) => Input
  readonly run: (input: Input) => unknown
}

/**
 * Expects that work costs about as much more as its input is larger. The processor time of this thread is measured, so
 * that other programs change little.
 *
 * The step from the small to the large input may cross a processor's cache, which other programs share. Where it costs
 * too much, the large input is compared with one twice as large: both are beyond the cache, and what grows by the square
 * costs four times as much there too.
 *
 * @param size of the smaller input; it should cost some milliseconds
 */
export async function expectLinearCost<Input>(work: GrowingWork<Input>, size: number): Promise<void> {
  const large = size * TIMES_LARGER
  if ((await costRatio(work, [size, large], MAX_COST_RATIO)) <= MAX_COST_RATIO) return
  expect(await costRatio(work, [large, 2 * large], MAX_DOUBLED_COST)).toBeLessThanOrEqual(MAX_DOUBLED_COST)
}

/** How much more the second size costs; measured until it is at most `enough`, or often enough. */
async function costRatio<Input>(
  work: GrowingWork<Input>,
  sizes: readonly [number, number],
  enough: number,
): Promise<number> {
  const [small, large] = [work.make(sizes[0]), work.make(sizes[1])]
  let [smallMs, largeMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  let ratio = Number.POSITIVE_INFINITY
  for (let run = 0; run < MAX_RUNS && ratio > enough; run++) {
    smallMs = Math.min(smallMs, await costMs(work, small))
    largeMs = Math.min(largeMs, await costMs(work, large))
    ratio = largeMs / Math.max(smallMs, MIN_MEASURED_MS)
  }
  return ratio
}

/** Less than this is the clock's and the compiler's. */
const MIN_MEASURED_MS = 1

async function costMs<Input>({ run }: GrowingWork<Input>, input: Input): Promise<number> {
  const before = process.threadCpuUsage()
  try {
    await run(input)
  } catch {
    // A refusal costs too.
  }
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
