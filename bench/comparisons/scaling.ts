import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { OURS } from '../contender.ts'
import { words } from '../load/canned-responses.ts'
import { type CannedResponses, CannedUpstream } from '../load/canned-upstream.ts'
import type { LoadTarget } from '../load/load-job.ts'
import { benchModels, digits, turn } from '../models/bench-model.ts'
import { continuoProxy, startContinuo, startContinuoBefore } from '../peers/continuo.ts'
import { point } from '../point-row.ts'
import type { Row } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { spreadOf } from '../spread.ts'
import { keysCurve } from './keys-curve.ts'
import { usageCurve } from './usage-curve.ts'

const REQUESTS_AT_ONCE: Record<BenchScale, readonly number[]> = {
  full: [1, 2, 4, 8, 16, 32],
  quick: [1, 4, 16],
  smoke: [1, 2],
}
const PROMPT_TOKENS: Record<BenchScale, readonly number[]> = {
  full: [250, 500, 1_000, 2_000, 4_000],
  quick: [500, 1_000, 2_000],
  smoke: [16, 32],
}
const STREAMS: Record<BenchScale, readonly number[]> = {
  full: [125, 250, 500, 1_000, 2_000],
  quick: [250, 1_000],
  smoke: [5, 10],
}
/** Instances that share one state, and the open streams of each. */
const INSTANCES: Record<BenchScale, readonly [count: number, streams: number]> = {
  full: [5, 1_000],
  quick: [5, 1_000],
  smoke: [2, 5],
}
const COMPLETION_TOKENS = 64
const SLOW: Record<BenchScale, CannedResponses> = {
  full: { pauseMs: 250, events: 16, isOneEvent: false },
  quick: { pauseMs: 250, events: 16, isOneEvent: false },
  smoke: { pauseMs: 10, events: 4, isOneEvent: false },
}
const MEMORY_SAMPLE_MS = 200
/** Turn markers, the spaces after them and the first token. */
const FRAME_TOKENS = 13
const PROMPTS = 3

/** Measures what things cost as there are more of them. Nothing is compared with peers. */
export const scaling: Comparison = {
  section: 'scaling',
  async run(bench) {
    const rows = [
      ...(await requestsCurve(bench)),
      ...(await promptCurve(bench)),
      ...(await streamsCurve(bench)),
      ...(await instancesRow(bench)),
      ...(await keysCurve(bench)),
      ...(await usageCurve(bench)),
    ]
    return [{ section: 'scaling', title: 'What it costs as there is more of it', rows }]
  },
}

async function requestsCurve(bench: Bench): Promise<Row[]> {
  const counts = REQUESTS_AT_ONCE[bench.options.scale]
  const [model] = benchModels(bench.options)
  if (model === undefined) return []
  const size = ['--max-sequences', String(Math.max(...counts)), '--context-window-tokens', '512']
  const server = await startContinuo(['--model', model.path, '--format', 'raw', ...size], 'all')
  const rows: Row[] = []
  try {
    const target = targetOf(server, model.prompts, COMPLETION_TOKENS)
    for (const connections of counts) {
      bench.log(`scaling: ${connections} requests at once`)
      const job = { type: 'closed-loop', target, connections, cancelEvery: 0 } as const
      await bench.load.run({ ...job, requests: connections })
      const { tokens, elapsedMs } = await bench.load.run({ ...job, requests: connections * 4 })
      rows.push(
        point(
          `${model.name}, ${connections} requests at once`,
          'tokens/s',
          (tokens * 1000) / elapsedMs,
          'higher',
        ),
      )
    }
  } finally {
    await server.stop()
  }
  return rows
}

async function promptCurve(bench: Bench): Promise<Row[]> {
  const lengths = PROMPT_TOKENS[bench.options.scale]
  const models = benchModels(bench.options)
  const model = models[1] ?? models[0]
  if (model === undefined) return []
  const size = ['--max-sequences', '1', '--context-window-tokens', String(Math.max(...lengths) + 64)]
  const server = await startContinuo(['--model', model.path, '--format', 'raw', ...size], 'all')
  const rows: Row[] = []
  let seed = 0
  try {
    for (const tokens of lengths) {
      bench.log(`scaling: prompts of ${tokens} tokens`)
      const prompts = Array.from({ length: PROMPTS }, () =>
        turn(digits(Math.max(1, tokens - FRAME_TOKENS), ++seed * 7_919)),
      )
      const target = targetOf(server, prompts, 1)
      const { firstTextMs } = await bench.load.run({
        ...{ type: 'closed-loop', target, connections: 1, requests: PROMPTS, cancelEvery: 0 },
      })
      const { median } = spreadOf(firstTextMs)
      rows.push(
        point(
          `${model.name}, a prompt of ${tokens.toLocaleString('en-US')} tokens`,
          'ms to the first text',
          median,
        ),
        point('for each 1,000 of them', 'ms', (median * 1_000) / tokens),
      )
    }
  } finally {
    await server.stop()
  }
  return rows
}

function targetOf({ port }: ServerProcess, prompts: readonly string[], maxTokens: number): LoadTarget {
  return {
    port,
    path: '/v1/completions',
    headers: { authorization: 'Bearer any' },
    bodies: prompts.map((prompt) =>
      JSON.stringify({
        ...{ model: 'claude-2.1', prompt, max_tokens: maxTokens, temperature: 0, stream: true },
        stream_options: { include_usage: true },
      }),
    ),
    textMarker: '"text":"',
    textField: 'text',
    tokensMarker: '"completion_tokens":',
    endMarker: '[DONE]',
  }
}

async function streamsCurve(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const streams of STREAMS[bench.options.scale]) {
    bench.log(`scaling: ${streams} streams`)
    const upstream = await CannedUpstream.start(SLOW[bench.options.scale])
    const server = await continuoProxy.start(upstream.port)
    const found = await holdStreams(bench, [server], streams)
    await server.stop()
    upstream.close()
    rows.push(...streamRows(`${streams.toLocaleString('en-US')} open streams`, found))
  }
  return rows
}

/** Instances on one machine that share one state: in SQLite, or where `CONTINUO_BENCH_POSTGRES` says. */
async function instancesRow(bench: Bench): Promise<Row[]> {
  const [count, streams] = INSTANCES[bench.options.scale]
  bench.log(`scaling: ${count} instances with ${streams} streams each`)
  const folder = mkdtempSync(join(tmpdir(), 'continuo-bench-'))
  const state = process.env.CONTINUO_BENCH_POSTGRES ?? join(folder, 'state')
  const upstream = await CannedUpstream.start(SLOW[bench.options.scale])
  const servers: ServerProcess[] = []
  try {
    for (let index = 0; index < count; index++) {
      servers.push(await startContinuoBefore(upstream.port, ['--state', state, '--api-key', 'any']))
    }
    const found = await holdStreams(bench, servers, streams)
    const where = process.env.CONTINUO_BENCH_POSTGRES === undefined ? 'SQLite' : 'PostgreSQL'
    const title = `${(count * streams).toLocaleString('en-US')} open streams over ${count} instances on one state (${where})`
    return streamRows(title, found)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    upstream.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Held {
  readonly complete: number
  readonly failed: number
  readonly kilobytes: number
  readonly microseconds: number
}

function streamRows(title: string, { complete, failed, kilobytes, microseconds }: Held): Row[] {
  const failures = new Map([[OURS, [failed]]])
  return [
    { ...point(`${title}: complete and in order`, 'streams', complete, 'higher'), failures },
    point(`${title}: memory of each`, 'KB', kilobytes),
    point(`${title}: processor time an event`, 'µs', microseconds),
  ]
}

/** Opens streams through servers, as many through each, and measures while all are open. */
async function holdStreams(bench: Bench, servers: readonly ServerProcess[], streams: number): Promise<Held> {
  const { events } = SLOW[bench.options.scale]
  const load = (count: number) => {
    const targets = servers.map(({ port }) => ({
      ...continuoProxy.target(port, true),
      expectedText: words(0, events),
    }))
    return bench.load.run({ type: 'held', targets, connectionsEach: count })
  }
  await load(Math.min(50, streams))
  const sum = (of: (server: ServerProcess) => number) =>
    servers.reduce((total, server) => total + of(server), 0)
  const bytes = () => sum((server) => server.residentBytes())
  const cpuMs = () => sum((server) => server.cpuMs())
  const [beforeBytes, beforeMs] = [bytes(), cpuMs()]
  let highest = beforeBytes
  const sampler = setInterval(() => {
    highest = Math.max(highest, bytes())
  }, MEMORY_SAMPLE_MS)
  const { completed, failed } = await load(streams)
  clearInterval(sampler)
  const all = streams * servers.length
  return {
    complete: completed,
    failed,
    kilobytes: (highest - beforeBytes) / all / 1_000,
    microseconds: ((cpuMs() - beforeMs) * 1_000) / (all * events),
  }
}
