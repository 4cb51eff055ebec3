import { expect } from 'vitest'

/** The ratio of the input sizes. */
const TIMES_LARGER = 8
/**
 * Twice the input may cost 2.5 times as much, so eight times the input 2.5³ times. Quadratic work costs 64 times as much.
 */
const MAX_DOUBLED_COST = 2.5
const MAX_COST_RATIO = MAX_DOUBLED_COST ** 3
/** Measurements are repeated; the least one has the least noise. */
const MAX_RUNS = 24

/** Work on inputs of any size. */
export interface GrowingWork<Input> {
  readonly make: (size: number) => Input
  readonly run: (input: Input) => unknown
}

/**
 * Expects that the cost of work grows linearly with its input. The processor time of this thread is measured, so that other
 * programs matter little.
 *
 * The larger input may no longer fit a processor's cache, which costs more once. Where it costs too much, it is compared
 * with one twice as large, and that one with one twice as large again: quadratic work costs four times as much each time.
 *
 * @param size of the smaller input, which should cost a few milliseconds
 */
export async function expectLinearCost<Input>(work: GrowingWork<Input>, size: number): Promise<void> {
  const large = size * TIMES_LARGER
  if ((await costRatio(work, [size, large], MAX_COST_RATIO)) <= MAX_COST_RATIO) return
  if ((await costRatio(work, [large, 2 * large], MAX_DOUBLED_COST)) <= MAX_DOUBLED_COST) return
  expect(await costRatio(work, [2 * large, 4 * large], MAX_DOUBLED_COST)).toBeLessThanOrEqual(
    MAX_DOUBLED_COST,
  )
}

/** The cost ratio of two sizes; measured until it is at most `enough`, or the runs are used up. */
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

/** Shorter times are noise of clock and compiler. */
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
