import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { type Contender, interleave, OURS, type Samples } from '../contender.ts'
import { CannedUpstream, INSTANT_STREAM, INSTANT_WHOLE } from '../load/canned-upstream.ts'
import type { LoadResult, LoadTarget } from '../load/load-job.ts'
import { continuoProxy, continuoWithState } from '../peers/continuo.ts'
import { chatTarget, type ProxyUnderTest } from '../peers/peer.ts'
import type { Goal, Row, Table } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { percentile } from '../spread.ts'

const CONNECTIONS = 16
const FIXED_REQUESTS_PER_SECOND = 300
const ROUND_MS: Record<BenchScale, number> = { full: 2_000, quick: 1_000, smoke: 100 }
/** Warm-up: just-in-time compilers take a while to find hot code. */
const WARM_UP_REQUESTS: Record<BenchScale, number> = { full: 10_000, quick: 4_000, smoke: 20 }
/** Most time for the warm-up of a slow peer. */
const MAX_WARM_UP_MS = 5_000
const PROBE_REQUESTS = 48

/** One kind of response, and its goals. */
interface Kind {
  readonly title: string
  readonly stream: boolean
  readonly throughputGoals: readonly Goal[]
}

const THROUGHPUT_GOALS: readonly Goal[] = [
  { against: 'bare node:http', value: 0.7 },
  { against: 'Portkey', value: 5 },
  { against: 'LiteLLM', value: 10 },
]
const ADDED_P99_GOAL_MS = 2
/** What a state may add to a request, in its main thread and in all threads. */
const STATE_GOALS_MICROSECONDS = { mainThread: 15, allThreads: 20 }

const KINDS: readonly Kind[] = [
  { title: 'JSON', stream: false, throughputGoals: THROUGHPUT_GOALS },
  { title: 'streams of 64 events', stream: true, throughputGoals: THROUGHPUT_GOALS },
]

interface StartedProxy {
  readonly proxy: ProxyUnderTest
  readonly server: ServerProcess
  /** Requests that take a contender about as long as a round should last. */
  requestsPerRound: number
}

/** Measures the cost of a proxy itself, in front of an upstream that responds at once. */
export const proxying: Comparison = {
  section: 'proxying',
  async run(bench) {
    const proxies = [continuoProxy, continuoWithState, ...(await bench.peers.proxies())]
    const rows: Row[] = []
    for (const kind of KINDS) rows.push(...(await compareKind(bench, kind, proxies)))
    const title = `Proxying to an instant upstream (each proxy on one processor, ${CONNECTIONS} connections)`
    return [{ section: 'proxying', title, rows }] satisfies Table[]
  },
}

async function compareKind(bench: Bench, kind: Kind, proxies: readonly ProxyUnderTest[]): Promise<Row[]> {
  const upstream = await CannedUpstream.start(kind.stream ? INSTANT_STREAM : INSTANT_WHOLE)
  const started: StartedProxy[] = []
  try {
    for (const proxy of proxies) started.push(await startProxy(bench, kind, proxy, upstream))
    bench.log(`proxying, ${kind.title}: throughput`)
    const throughput = await measureThroughput(bench, kind, started)
    bench.log(`proxying, ${kind.title}: ${FIXED_REQUESTS_PER_SECOND} requests/s`)
    const latency = await measureAddedLatency(bench, kind, started, upstream)
    return [...throughput, ...latency]
  } finally {
    await Promise.all(started.map(({ server }) => server.stop()))
    upstream.close()
  }
}

async function startProxy(
  bench: Bench,
  kind: Kind,
  proxy: ProxyUnderTest,
  upstream: CannedUpstream,
): Promise<StartedProxy> {
  bench.log(`proxying, ${kind.title}: ${proxy.name} starts and warms up`)
  const server = await proxy.start(upstream.port)
  const target = proxy.target(server.port, kind.stream)
  const { scale } = bench.options
  const probe = await closedLoop(bench, target, PROBE_REQUESTS)
  const most = Math.ceil((probe.completed / probe.elapsedMs) * MAX_WARM_UP_MS)
  const warm = await closedLoop(bench, target, Math.min(WARM_UP_REQUESTS[scale], most))
  const requestsPerRound = Math.ceil((warm.completed / warm.elapsedMs) * ROUND_MS[scale])
  server.pause()
  return { proxy, server, requestsPerRound }
}

function closedLoop({ load }: Bench, target: LoadTarget, requests: number): Promise<LoadResult> {
  return load.run({ type: 'closed-loop', target, connections: CONNECTIONS, requests, cancelEvery: 0 })
}

async function measureThroughput(bench: Bench, kind: Kind, started: readonly StartedProxy[]): Promise<Row[]> {
  const figures = await interleave(bench.options.rounds, started.map(asContender), async ({ running }) => {
    const target = running.proxy.target(running.server.port, kind.stream)
    const cpuBeforeMs = running.server.cpuMs()
    const mainThreadBeforeMs = running.server.mainThreadCpuMs()
    const result = await closedLoop(bench, target, running.requestsPerRound)
    demandAll(result, running.proxy.name)
    return {
      requestsPerSecond: (result.completed / result.elapsedMs) * 1000,
      cpuMicroseconds: ((running.server.cpuMs() - cpuBeforeMs) / result.completed) * 1000,
      mainThreadMicroseconds:
        ((running.server.mainThreadCpuMs() - mainThreadBeforeMs) / result.completed) * 1000,
    }
  })
  const added = (figure: string) => addedByState(figures.get(figure))
  const { mainThread, allThreads } = STATE_GOALS_MICROSECONDS
  return [
    row(`${kind.title}: throughput`, 'requests/s', 'higher', figures.get('requestsPerSecond'), [
      ...kind.throughputGoals,
    ]),
    row(`${kind.title}: processor time a request`, 'µs', 'lower', figures.get('cpuMicroseconds'), []),
    row(`${kind.title}: of it in the main thread`, 'µs', 'lower', figures.get('mainThreadMicroseconds'), []),
    row(`${kind.title}: a state adds to a request`, 'µs', 'lower', added('cpuMicroseconds'), [
      { against: null, value: allThreads },
    ]),
    row(`${kind.title}: a state adds in the main thread`, 'µs', 'lower', added('mainThreadMicroseconds'), [
      { against: null, value: mainThread },
    ]),
  ]
}

/** The difference between the two contenders of this project, round by round. */
function addedByState(samples: Samples = new Map()): Samples {
  const without = samples.get(OURS) ?? []
  const withState = samples.get(continuoWithState.name) ?? []
  return new Map([[OURS, withState.map((value, round) => value - (without[round] ?? value))]])
}

/** At a rate that every proxy should sustain, compared with the same requests without a proxy. */
async function measureAddedLatency(
  bench: Bench,
  kind: Kind,
  started: readonly StartedProxy[],
  upstream: CannedUpstream,
): Promise<Row[]> {
  const requests = Math.ceil((ROUND_MS[bench.options.scale] / 1000) * FIXED_REQUESTS_PER_SECOND)
  const atFixedRate = async (target: LoadTarget) => {
    const requestsPerSecond = FIXED_REQUESTS_PER_SECOND
    const { totalMs } = await bench.load.run({ type: 'fixed-rate', target, requestsPerSecond, requests })
    return totalMs.toSorted((a, b) => a - b)
  }
  const able = started.filter(({ requestsPerRound }) => {
    const perSecond = (requestsPerRound / ROUND_MS[bench.options.scale]) * 1000
    return perSecond > FIXED_REQUESTS_PER_SECOND
  })
  const figures = await interleave(bench.options.rounds, able.map(asContender), async ({ running }) => {
    const direct = await atFixedRate(chatTarget(upstream.port, kind.stream, {}))
    const proxied = await atFixedRate(running.proxy.target(running.server.port, kind.stream))
    return {
      p50Ms: percentile(proxied, 50) - percentile(direct, 50),
      p99Ms: percentile(proxied, 99) - percentile(direct, 99),
    }
  })
  const what = `${kind.title} at ${FIXED_REQUESTS_PER_SECOND} requests/s: added`
  return [
    row(`${what} p50`, 'ms', 'lower', figures.get('p50Ms'), []),
    row(`${what} p99`, 'ms', 'lower', figures.get('p99Ms'), [{ against: null, value: ADDED_P99_GOAL_MS }]),
  ]
}

function asContender(started: StartedProxy): Contender<StartedProxy & { pause(): void; resume(): void }> {
  const { server, proxy } = started
  const running = { ...started, pause: () => server.pause(), resume: () => server.resume() }
  return { name: proxy.name, running }
}

function row(
  title: string,
  unit: string,
  better: Row['better'],
  samples: Samples | undefined,
  goals: readonly Goal[],
): Row {
  return { title, unit, better, samples: samples ?? new Map([[OURS, []]]), goals }
}

function demandAll({ failed, firstFailure }: LoadResult, name: string): void {
  if (failed > 0) throw new Error(`${failed} requests to ${name} failed: ${firstFailure}`)
}
