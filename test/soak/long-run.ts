import type { HoldingSample } from '../judges/find-leaks.ts'
import { fitLine } from '../judges/fit-line.ts'
import type { ProcessHolding } from '../judges/process-holding.ts'

/** Rounds of ten minutes, and requests of each process in one of them, on two processors that others use too. */
const [ROUNDS, REQUESTS_PER_ROUND] = [40, 1_500]
/** The first samples of a short run are of a process that still warms up. */
const WARM_UP_SHARE = 0.4

/**
 * Samples of a long run whose process goes up and down as one did in a short run, and to which each request adds some
 * bytes: what a judge says in ten minutes is known in half a minute.
 */
export function longRunOf(measured: readonly HoldingSample[], leakBytes: number): HoldingSample[] {
  const warm = measured.slice(Math.floor(measured.length * WARM_UP_SHARE))
  const [first] = warm
  if (first === undefined) throw new Error('nothing was measured')
  const noiseOf = (read: (holding: ProcessHolding) => number) => {
    const points = warm.map(({ requestCount: x, holding }) => ({ x, y: read(holding) }))
    const { slope } = fitLine(points)
    return points.map(({ x, y }) => y - slope * x)
  }
  const heaps = noiseOf(({ heapBytes }) => heapBytes)
  const natives = noiseOf(({ nativeBytes }) => nativeBytes ?? 0)
  return Array.from({ length: ROUNDS }, (_, round) => {
    const requestCount = (round + 1) * REQUESTS_PER_ROUND
    const of = (noise: readonly number[]) => (noise[round % noise.length] ?? 0) + leakBytes * requestCount
    return { requestCount, holding: { ...first.holding, heapBytes: of(heaps), nativeBytes: of(natives) } }
  })
}
