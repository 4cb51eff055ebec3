import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { words } from '../load/canned-responses.ts'
import { type CannedResponses, CannedUpstream } from '../load/canned-upstream.ts'
import { continuoProxy } from '../peers/continuo.ts'
import type { ProxyUnderTest } from '../peers/peer.ts'
import type { Row } from '../report.ts'
import { spreadOf } from '../spread.ts'

const STREAMS: Record<BenchScale, number> = { full: 1_000, quick: 1_000, smoke: 20 }
/** One word at a time, slowly: all streams are open as long as the response lasts. */
const SLOW: Record<BenchScale, CannedResponses> = {
  full: { pauseMs: 250, events: 32, isOneEvent: false },
  quick: { pauseMs: 250, events: 20, isOneEvent: false },
  smoke: { pauseMs: 50, events: 4, isOneEvent: false },
}
/** Requests that bring a process to the size that it has under load. */
const WARM_UP_REQUESTS = 200
const MEMORY_SAMPLE_MS = 200
const MEMORY_GOAL_KB = 60

/** Measures a thousand concurrent streams, each as slow as a shared model. */
export const manyStreams: Comparison = {
  section: 'streams',
  async run(bench) {
    const { scale } = bench.options
    const streams = STREAMS[scale]
    const proxies = [continuoProxy, ...(await bench.peers.proxies())]
    const samples = {
      complete: new Map<string, number[]>(),
      memory: new Map<string, number[]>(),
      cpu: new Map<string, number[]>(),
    }
    for (const proxy of proxies) {
      bench.log(`streams: ${streams} at once through ${proxy.name}`)
      const found = await measure(bench, proxy, streams)
      samples.complete.set(proxy.name, [found.complete])
      samples.memory.set(proxy.name, [found.kilobytesPerStream])
      samples.cpu.set(proxy.name, [found.cpuMicrosecondsPerEvent])
    }
    const rows: Row[] = [
      {
        title: 'complete and in order',
        unit: 'streams',
        better: 'higher',
        samples: samples.complete,
        goals: [{ against: null, value: streams }],
      },
      {
        title: 'memory per stream',
        unit: 'KB',
        better: 'lower',
        samples: samples.memory,
        goals: [{ against: null, value: MEMORY_GOAL_KB }],
      },
      { title: 'processor time an event', unit: 'µs', better: 'lower', samples: samples.cpu, goals: [] },
    ]
    const { pauseMs, events } = SLOW[scale]
    const title = `${streams.toLocaleString('en-US')} streams at once (${events} events, one every ${pauseMs} ms; one run each)`
    return [{ section: 'streams', title, rows }]
  },
}

interface Found {
  readonly complete: number
  readonly kilobytesPerStream: number
  readonly cpuMicrosecondsPerEvent: number
}

async function measure(bench: Bench, proxy: ProxyUnderTest, streams: number): Promise<Found> {
  const responses = SLOW[bench.options.scale]
  const slow = await CannedUpstream.start(responses)
  const server = await proxy.start(slow.port)
  try {
    const target = { ...proxy.target(server.port, true), expectedText: words(0, responses.events) }
    const load = (connections: number, requests: number) =>
      bench.load.run({ type: 'closed-loop', target, connections, requests, cancelEvery: 0 })
    await load(Math.min(WARM_UP_REQUESTS, streams), Math.min(WARM_UP_REQUESTS, streams))
    const beforeBytes = server.residentBytes()
    const cpuBeforeMs = server.cpuMs()
    const resident: number[] = []
    const sampler = setInterval(() => resident.push(server.residentBytes()), MEMORY_SAMPLE_MS)
    const result = await load(streams, streams)
    clearInterval(sampler)
    if (result.failed > 0) bench.log(`${proxy.name}: ${result.failed} failed: ${result.firstFailure}`)
    const during = resident.length === 0 ? beforeBytes : spreadOf(resident).highest
    return {
      complete: result.completed,
      kilobytesPerStream: Math.max(0, during - beforeBytes) / streams / 1_000,
      cpuMicrosecondsPerEvent: ((server.cpuMs() - cpuBeforeMs) * 1_000) / (streams * responses.events),
    }
  } finally {
    await server.stop()
    slow.close()
  }
}
