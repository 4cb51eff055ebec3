import type { Bench } from '../bench.ts'
import { type Contender, interleave, type Pausable, type Samples } from '../contender.ts'
import { type Disturbances, watchDisturbances } from '../disturbances.ts'
import type { LoadTarget } from '../load/load-job.ts'
import type { Goal, Row } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { percentile } from '../spread.ts'

/** A proxy that is started, and the requests that it gets with and without it. */
export interface MeasuredProxy extends Pausable {
  readonly server: ServerProcess
  readonly proxied: LoadTarget
  readonly direct: LoadTarget
}

/** A fixed rate, and for how long. */
export interface LatencyLoad {
  /** For the titles of rows. */
  readonly title: string
  readonly requestsPerSecond: number
  readonly roundMs: number
}

const P99_GOAL: Goal = { against: null, value: 1 }

/**
 * Measures what proxies add to the time of a request at a rate that each should sustain, compared with the same requests
 * without them, and what else happened meanwhile: a few slow requests decide about a p99.
 */
export async function measureAddedLatency(
  bench: Bench,
  contenders: readonly Contender<MeasuredProxy>[],
  { title, requestsPerSecond, roundMs }: LatencyLoad,
): Promise<Row[]> {
  const requests = Math.ceil((roundMs / 1000) * requestsPerSecond)
  const atFixedRate = async (target: LoadTarget) => {
    const { totalMs, failed } = await bench.load.run({
      type: 'fixed-rate',
      target,
      requestsPerSecond,
      requests,
    })
    return { ms: totalMs.toSorted((a, b) => a - b), failed }
  }
  const figures = await interleave(bench.options.rounds, contenders, async ({ running }) => {
    const direct = await atFixedRate(running.direct)
    const disturbances = watchDisturbances(running.server)
    const proxied = await atFixedRate(running.proxied)
    return {
      p50Ms: percentile(proxied.ms, 50) - percentile(direct.ms, 50),
      p99Ms: percentile(proxied.ms, 99) - percentile(direct.ms, 99),
      failed: proxied.failed,
      ...disturbances(),
    } satisfies Disturbances & Record<string, number>
  })
  const what = `${title} at ${requestsPerSecond} requests/s`
  const row = (name: string, figure: string, goals: readonly Goal[] = []): Row => ({
    ...{ title: `${what}: ${name}`, unit: 'ms', better: 'lower', goals },
    samples: figures.get(figure) ?? (new Map() satisfies Samples),
    failures: figures.get('failed'),
  })
  return [
    row('added p50', 'p50Ms'),
    row('added p99', 'p99Ms', [P99_GOAL]),
    row('longest collection of garbage', 'longestGcMs'),
    row('all collections of a round', 'gcMs'),
    row('the main thread waited for a processor', 'waitedMs'),
    row('taken by other machines', 'stolenMs'),
  ]
}
