import { Violation } from '../violation.ts'
import { fitLine, type Point } from './fit-line.ts'
import type { ProcessName } from './judged-server.ts'
import type { ProcessHolding } from './process-holding.ts'

/** What a process held when nothing was asked of it, and how many requests it had worked on by then. */
export interface HoldingSample {
  readonly requestCount: number
  readonly holding: ProcessHolding
}

/** The smallest leak of bytes that a long run must find, for each request that the process worked on. */
export const LEAST_LEAK_BYTES = 200

/** How much of one thing may be added by each request. */
interface Allowance {
  readonly what: string
  readonly read: (holding: ProcessHolding) => number | null
  /** For each request. A leak leaves at least twice as much. */
  readonly perRequest: number
  /** However few requests there were: code that is still compiled, pools that still fill. */
  readonly once: Readonly<Record<ProcessName, number>>
}

const MIB = 1024 * 1024

/** The server has a thread for its state besides. */
const ONCE_BYTES = { server: 2 * MIB, engine: MIB / 4 } as const
const ONCE_COUNT = { server: 64, engine: 64 } as const

const ALLOWANCES: readonly Allowance[] = [
  {
    what: 'bytes of heap',
    read: (holding) => holding.heapBytes,
    perRequest: LEAST_LEAK_BYTES / 2,
    once: ONCE_BYTES,
  },
  {
    what: 'bytes outside of the heap',
    read: (holding) => holding.nativeBytes,
    perRequest: LEAST_LEAK_BYTES / 2,
    once: ONCE_BYTES,
  },
  // Connections to upstreams are kept for some seconds, as many as the engines may have.
  { what: 'open files', read: (holding) => holding.openFiles, perRequest: 0.001, once: ONCE_COUNT },
  { what: 'sockets, timers and the like', read: resourceCount, perRequest: 0.001, once: ONCE_COUNT },
]

/** Samples at the beginning that do not count: pools fill, code is compiled. */
const WARM_UP_SHARE = 0.3
/** A line through fewer points says nothing. */
const MIN_POINTS = 6

/** What a run says about one thing that a process holds. */
export interface LeakFinding {
  readonly what: string
  /** The line's slope: what each request left behind. */
  readonly perRequest: number
  readonly error: number
  /** What each request would have had to leave behind, at least, to be found. */
  readonly foundFrom: number
  readonly violation: Violation | null
}

/**
 * Finds what each request leaves behind in a process. A line is fitted through the samples after the warm-up, and one
 * through each half of them: what fills up to a bound rises in the first half alone, a leak never stops.
 */
export function findLeaks(name: ProcessName, samples: readonly HoldingSample[]): LeakFinding[] {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE))
  const requests = (warm.at(-1)?.requestCount ?? 0) - (warm[0]?.requestCount ?? 0)
  if (warm.length < MIN_POINTS || requests === 0) {
    throw new Error(`${warm.length} samples over ${requests} requests are too few to judge`)
  }
  return ALLOWANCES.flatMap(({ what, read, perRequest, once }) => {
    const points = warm.flatMap(({ requestCount: x, holding }): Point[] => {
      const y = read(holding)
      return y === null ? [] : [{ x, y }]
    })
    if (points.length < warm.length) return []
    const { slope, slopeError } = fitLine(points)
    const allowed = perRequest + once[name] / requests
    const grows = [points, ...halvesOf(points)].every((part) => fitLine(part).slope > allowed)
    const left = `each request leaks ${round(slope)} ± ${round(slopeError)} ${what}, over ${requests} requests`
    return [
      {
        what,
        perRequest: slope,
        error: slopeError,
        foundFrom: allowed + 3 * slopeError,
        violation: grows ? new Violation(name, `${left}; at most ${round(allowed)} are allowed`) : null,
      },
    ]
  })
}

function halvesOf(points: readonly Point[]): readonly (readonly Point[])[] {
  const middle = Math.floor(points.length / 2)
  return [points.slice(0, middle + 1), points.slice(middle)]
}

function resourceCount({ resources }: ProcessHolding): number {
  return Object.values(resources).reduce((sum, count) => sum + count, 0)
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
