import { Violation } from '../violation.ts'
import type { ProcessHolding } from './process-holding.ts'

/** What a process held when nothing was asked of it, and how many requests there had been. */
export interface HoldingSample {
  readonly requestCount: number
  readonly holding: ProcessHolding
}

/** How much more of one thing there may be at the end. */
interface Allowance {
  readonly what: string
  readonly read: (holding: ProcessHolding) => number
  /** However few requests there were: code that warms up, pools that fill. */
  readonly once: number
  /** For each request. What leaks leaks more than this. */
  readonly perRequest: number
}

const MIB = 1024 * 1024

const ALLOWANCES: readonly Allowance[] = [
  // The smallest thing that a request can leave behind, an entry of a map, is larger than this for each of them.
  { what: 'bytes of heap', read: (holding) => holding.heapBytes, once: 3 * MIB, perRequest: 32 },
  // The allocator's own disorder is in it.
  {
    what: 'bytes of memory outside of the heap',
    read: (holding) => holding.nativeBytes,
    once: 24 * MIB,
    perRequest: 128,
  },
  // Connections to upstreams are kept for some seconds, as many as the engines may have.
  { what: 'open files', read: (holding) => holding.openFiles ?? 0, once: 64, perRequest: 0.001 },
  { what: 'sockets, timers and the like', read: resourceCount, once: 64, perRequest: 0.001 },
]

/** Samples at the beginning that do not count: pools fill, code is compiled. */
const WARM_UP_SHARE = 0.3

/**
 * Finds what a process holds ever more of. Each sample of the last third must be above every sample of the first third
 * behind the warm-up, and by more than is allowed: what goes up and down, however far, is no growth, while what leaks
 * only goes up.
 *
 * @param name of the process, for the violations
 */
export function findGrowth(name: string, samples: readonly HoldingSample[]): Violation[] {
  const { early, late } = compared(samples)
  const requests = (late[0]?.requestCount ?? 0) - (early.at(-1)?.requestCount ?? 0)
  return ALLOWANCES.flatMap(({ what, read, once, perRequest }) => {
    const before = Math.max(...early.map(({ holding }) => read(holding)))
    const after = Math.min(...late.map(({ holding }) => read(holding)))
    const allowed = once + perRequest * requests
    if (after - before <= allowed) return []
    const growth = `from ${before} to ${after} ${what} over ${requests} requests`
    return [new Violation(name, `it grew ${growth}; at most ${Math.round(allowed)} more are allowed`)]
  })
}

function compared(samples: readonly HoldingSample[]) {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE))
  const third = Math.max(1, Math.floor(warm.length / 3))
  return { early: warm.slice(0, third), late: warm.slice(-third) }
}

function resourceCount({ resources }: ProcessHolding): number {
  return Object.values(resources).reduce((sum, count) => sum + count, 0)
}
