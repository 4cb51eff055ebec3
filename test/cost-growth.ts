import { expect } from 'vitest'

/** How often the larger input is as large as the smaller. */
const TIMES_LARGER = 8
/**
 * Twice the input may cost two and a half times as much, so eight times the input that cubed. What grows by the square
 * costs 64 times as much.
 */
const MAX_COST_RATIO = 2.5 ** 3
/** What is measured is repeated: the least is what the work costs by itself. */
const RUNS = 4
const MAX_ATTEMPTS = 6

/** Some work on inputs of any size. */
export interface GrowingWork<Input> {
  readonly make: (size: number) => Input
  readonly run: (input: Input) => unknown
}

/**
 * Expects that work costs about as much more as its input is larger. The processor time of this thread is measured, so
 * that other programs change nothing.
 *
 * @param size of the smaller input; it should cost some milliseconds
 */
export async function expectLinearCost<Input>(work: GrowingWork<Input>, size: number): Promise<void> {
  const [small, large] = [work.make(size), work.make(size * TIMES_LARGER)]
  let [smallMs, largeMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    for (let run = 0; run < RUNS; run++) {
      smallMs = Math.min(smallMs, await costMs(work, small))
      largeMs = Math.min(largeMs, await costMs(work, large))
      // A first run that is quick enough says all that there is to say.
      if (largeMs <= Math.max(smallMs, MIN_MEASURED_MS) * MAX_COST_RATIO) return
    }
  }
  expect(largeMs / Math.max(smallMs, MIN_MEASURED_MS)).toBeLessThanOrEqual(MAX_COST_RATIO)
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
