import type { Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { OURS } from '../contender.ts'
import { STREAM_TEXT } from '../load/canned-responses.ts'
import { CannedUpstream, INSTANT_STREAM } from '../load/canned-upstream.ts'
import { continuoProxy } from '../peers/continuo.ts'
import type { Row } from '../report.ts'
import { spreadOf } from '../spread.ts'
import { startMemoryRows } from './start-memory.ts'

const REQUESTS: Record<BenchScale, number> = { full: 100_000, quick: 20_000, smoke: 200 }
const CONNECTIONS = 16
const CANCEL_EVERY = 10
const PARTS = 100
const GROWTH_GOAL = 1.05

/** Measures whether the process still grows after many requests. */
export const memory: Comparison = {
  section: 'memory',
  async run(bench) {
    const { load, options, log } = bench
    const title = 'Memory when a server is ready'
    const atStart = { section: 'memory', title, rows: await startMemoryRows(bench) }
    const requests = REQUESTS[options.scale]
    log(`memory: ${requests} requests, a tenth of them cancelled`)
    const upstream = await CannedUpstream.start(INSTANT_STREAM)
    const server = await continuoProxy.start(upstream.port)
    try {
      const target = { ...continuoProxy.target(server.port, true), expectedText: STREAM_TEXT }
      const megabytes: number[] = []
      let failures = 0
      for (let part = 0; part < PARTS; part++) {
        const share = Math.ceil(requests / PARTS)
        const job = { type: 'closed-loop', target, connections: CONNECTIONS, requests: share } as const
        failures += (await load.run({ ...job, cancelEvery: CANCEL_EVERY })).failed
        megabytes.push(server.residentBytes() / 1e6)
      }
      return [
        atStart,
        {
          section: 'memory',
          title: `Memory over ${requests.toLocaleString('en-US')} streamed requests, a tenth of them cancelled`,
          rows: rowsOf(megabytes, failures),
        },
      ]
    } finally {
      await server.stop()
      upstream.close()
    }
  },
}

/** In fifths: in the first, the process grows to its size. */
function rowsOf(megabytes: readonly number[], failed: number): Row[] {
  const fifth = megabytes.length / 5
  const second = spreadOf(megabytes.slice(fifth, 2 * fifth))
  const last = spreadOf(megabytes.slice(4 * fifth))
  const row = (title: string, unit: string, value: number, goals: Row['goals'] = []): Row => ({
    title,
    unit,
    better: 'lower',
    samples: new Map([[OURS, [value]]]),
    failures: new Map([[OURS, [failed]]]),
    goals,
  })
  return [
    row('resident, second fifth', 'MB', second.median),
    row('resident, last fifth', 'MB', last.median),
    row('last fifth over second', 'times', last.median / second.median, [
      { against: null, value: GROWTH_GOAL },
    ]),
  ]
}
