import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'

/** The ratio of the input sizes. */
const TIMES_LARGER = 8
/**
 * Twice the input may cost 2.5 times as much, so eight times the input 2.5³ times. Quadratic work costs 64 times as much.
 */
const MAX_DOUBLED_COST = 2.5
const MAX_COST_RATIO = MAX_DOUBLED_COST ** 3
/** Measurements are repeated until they are good enough. */
const MAX_RUNS = 24
/** Of fewer pairs the median says nothing. */
const MIN_PAIRS = 5
/** From then on each measurement begins without the garbage of those before it. */
const COLLECTING_FROM_RUN = 2
/** Shorter times are noise of clock and compiler. */
const MIN_MEASURED_MS = 1

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
  const pairs: CostPair[] = []
  for (let run = 0; run < MAX_RUNS && ratioOf(pairs) > enough; run++) {
    const isCollected = run >= COLLECTING_FROM_RUN
    pairs.push({
      smallMs: await costMs(work, small, isCollected),
      largeMs: await costMs(work, large, isCollected),
    })
  }
  return ratioOf(pairs)
}

/** What two sizes cost, one right after the other. */
export interface CostPair {
  readonly smallMs: number
  readonly largeMs: number
}

/**
 * The lower one of two ratios: of the least costs, which have the least noise, and the median of all pairs. Programs that
 * take a processor's cache and its other half away for long slow both of a pair down; the least costs are then those of a
 * small input in a quiet moment that no large one ever fits into.
 */
export function ratioOf(pairs: readonly CostPair[]): number {
  const ratio = ({ smallMs, largeMs }: CostPair) => largeMs / Math.max(smallMs, MIN_MEASURED_MS)
  const leastRatio = ratio({
    smallMs: Math.min(...pairs.map(({ smallMs }) => smallMs)),
    largeMs: Math.min(...pairs.map(({ largeMs }) => largeMs)),
  })
  if (pairs.length === 0) return Number.POSITIVE_INFINITY
  if (pairs.length < MIN_PAIRS) return leastRatio
  const ratios = pairs.map(ratio).sort((a, b) => a - b)
  return Math.min(leastRatio, ratios[Math.floor(ratios.length / 2)] ?? leastRatio)
}

async function costMs<Input>(
  { run }: GrowingWork<Input>,
  input: Input,
  isCollected: boolean,
): Promise<number> {
  if (isCollected) collectGarbage()
  const before = process.threadCpuUsage()
  try {
    await run(input)
  } catch {
    // A refusal costs too.
  }
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

let collect: (() => void) | undefined

function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
}
