import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { type Contender, interleave, OURS, type Samples } from '../contender.ts'
import { STREAM_TEXT, WHOLE_TEXT } from '../load/canned-responses.ts'
import { CannedUpstream, INSTANT_STREAM, INSTANT_WHOLE } from '../load/canned-upstream.ts'
import type { LoadResult, LoadTarget } from '../load/load-job.ts'
import { continuoProxy, continuoWithState } from '../peers/continuo.ts'
import { chatTarget, type ProxyUnderTest } from '../peers/peer.ts'
import type { Goal, Row, Table } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { type MeasuredProxy, measureAddedLatency } from './added-latency.ts'

const CONNECTIONS = 16
const FIXED_REQUESTS_PER_SECOND = 300
const ROUND_MS: Record<BenchScale, number> = { full: 2_000, quick: 1_000, smoke: 100 }
/** Warm-up: just-in-time compilers take a while to find hot code. */
const WARM_UP_REQUESTS: Record<BenchScale, number> = { full: 10_000, quick: 10_000, smoke: 20 }
/** Most time for the warm-up of a slow peer. */
const MAX_WARM_UP_MS = 5_000
const PROBE_REQUESTS = 48
/** Most characters of why a peer is left out. */
const MAX_REASON = 200

/** One kind of response, and its goals. */
interface Kind {
  readonly title: string
  readonly stream: boolean
  /** What every response must say. */
  readonly text: string
  readonly throughputGoals: readonly Goal[]
}

const goalsFor = (bareShare: number): readonly Goal[] => [
  { against: 'bare node:http', value: bareShare },
  { against: 'Portkey', value: 5 },
  { against: 'LiteLLM', value: 10 },
]
/** What a state may add to a request, in its main thread and in all threads. */
const STATE_GOALS_MICROSECONDS = { mainThread: 15, allThreads: 20 }

const KINDS: readonly Kind[] = [
  { title: 'JSON', stream: false, text: WHOLE_TEXT, throughputGoals: goalsFor(0.7) },
  { title: 'streams of 64 events', stream: true, text: STREAM_TEXT, throughputGoals: goalsFor(0.9) },
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
    const notes = new Set<string>()
    for (const kind of KINDS) {
      rows.push(...(await compareKind(bench, kind, proxies, (line) => notes.add(line))))
    }
    const title = `Proxying to an instant upstream (each proxy on one processor, ${CONNECTIONS} connections)`
    return [{ section: 'proxying', title, rows, notes: [...notes] }] satisfies Table[]
  },
}

async function compareKind(
  bench: Bench,
  kind: Kind,
  proxies: readonly ProxyUnderTest[],
  note: (line: string) => void,
): Promise<Row[]> {
  const upstream = await CannedUpstream.start(kind.stream ? INSTANT_STREAM : INSTANT_WHOLE)
  const started: StartedProxy[] = []
  try {
    for (const proxy of proxies) {
      const one = await startProxy(bench, kind, proxy, upstream).catch((error: Error) => {
        if (proxy.name.startsWith(OURS)) throw error
        note(`${proxy.name} is left out of ${kind.title}: ${error.message.slice(0, MAX_REASON)}`)
      })
      if (one !== undefined) started.push(one)
    }
    bench.log(`proxying, ${kind.title}: throughput`)
    const throughput = await measureThroughput(bench, kind, started)
    bench.log(`proxying, ${kind.title}: ${FIXED_REQUESTS_PER_SECOND} requests/s`)
    const slow = started.filter((one) => !isAble(bench, one)).map(({ proxy }) => proxy.name)
    for (const name of slow)
      note(`${name} is left out at ${FIXED_REQUESTS_PER_SECOND} requests/s: it is slower`)
    return [...throughput, ...(await latencyRows(bench, kind, started, upstream))]
  } finally {
    await Promise.all(started.map(({ server }) => server.stop()))
    upstream.close()
  }
}

/** Whether a proxy sustains the fixed rate. */
function isAble({ options }: Bench, { requestsPerRound }: StartedProxy): boolean {
  return (requestsPerRound / ROUND_MS[options.scale]) * 1000 > FIXED_REQUESTS_PER_SECOND
}

async function startProxy(
  bench: Bench,
  kind: Kind,
  proxy: ProxyUnderTest,
  upstream: CannedUpstream,
): Promise<StartedProxy> {
  bench.log(`proxying, ${kind.title}: ${proxy.name} starts and warms up`)
  const server = await proxy.start(upstream.port)
  const target = targetOf(proxy, server, kind)
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
    const target = targetOf(running.proxy, running.server, kind)
    const cpuBeforeMs = running.server.cpuMs()
    const mainThreadBeforeMs = running.server.mainThreadCpuMs()
    const result = await closedLoop(bench, target, running.requestsPerRound)
    return {
      requestsPerSecond: (result.completed / result.elapsedMs) * 1000,
      cpuMicroseconds: ((running.server.cpuMs() - cpuBeforeMs) / result.completed) * 1000,
      mainThreadMicroseconds:
        ((running.server.mainThreadCpuMs() - mainThreadBeforeMs) / result.completed) * 1000,
      failed: result.failed,
    }
  })
  const added = (figure: string) => addedByState(figures.get(figure))
  const { mainThread, allThreads } = STATE_GOALS_MICROSECONDS
  const throughput = row(
    `${kind.title}: throughput`,
    'requests/s',
    'higher',
    figures.get('requestsPerSecond'),
    [...kind.throughputGoals],
  )
  return [
    { ...throughput, failures: figures.get('failed') },
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

/** Of the proxies that sustain the rate. */
async function latencyRows(
  bench: Bench,
  kind: Kind,
  started: readonly StartedProxy[],
  upstream: CannedUpstream,
): Promise<Row[]> {
  const roundMs = ROUND_MS[bench.options.scale]
  const direct = chatTarget(upstream.port, kind.stream, {})
  const contenders = started
    .filter((one) => isAble(bench, one))
    .map((one): Contender<MeasuredProxy> => {
      const { name, running } = asContender(one)
      return { name, running: { ...running, direct, proxied: targetOf(one.proxy, one.server, kind) } }
    })
  const load = { title: kind.title, requestsPerSecond: FIXED_REQUESTS_PER_SECOND, roundMs }
  const rows = await measureAddedLatency(bench, contenders, load)
  return rows.flatMap((measured) =>
    measured.goals.length === 0 ? [measured] : [measured, withState(measured)],
  )
}

/** The same figure, and its goal, with a state. */
function withState({ title, samples, ...others }: Row): Row {
  const ours = samples.get(continuoWithState.name) ?? []
  return { ...others, title: `${title} with a state`, samples: new Map([[OURS, ours]]) }
}

function targetOf(proxy: ProxyUnderTest, server: ServerProcess, { stream, text }: Kind): LoadTarget {
  return { ...proxy.target(server.port, stream), expectedText: text }
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
