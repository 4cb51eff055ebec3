import type { Bench } from '../bench.ts'
import { OURS } from '../contender.ts'
import { type BenchModel, benchModels } from '../models/bench-model.ts'
import { startContinuo } from '../peers/continuo.ts'
import { LLAMA_SERVER, LlamaServer } from '../peers/llama-server.ts'
import type { Row } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'

const LOAD = { sequences: 4, contextTokens: 2_048 }
const SETTINGS = { threads: 2, flashAttention: true, unifiedKvCache: false, drafts: false }
const GOAL = 1.5

/** What a server holds when it is ready, with the same window and sequences as llama-server: all its processes, shared memory once. */
export async function startMemoryRows(bench: Bench): Promise<Row[]> {
  const models = benchModels(bench.options).slice(0, 2)
  const rows: Row[] = []
  for (const model of models) rows.push(await rowOf(bench, model))
  return rows
}

async function rowOf(bench: Bench, model: BenchModel): Promise<Row> {
  bench.log(`memory: ${model.name} at start`)
  const { sequences, contextTokens } = LOAD
  const size = ['--max-sequences', String(sequences), '--context-window-tokens', String(contextTokens)]
  const ours = await measure(() => startContinuo(['--model', model.path, '--format', 'raw', ...size], 'all'))
  const samples = new Map([[OURS, [ours]]])
  const folder = await bench.peers.llamaFolder()
  if (folder !== null) {
    const server = new LlamaServer(folder)
    const theirs = await measure(() => server.start({ model: model.path, ...LOAD }, SETTINGS))
    samples.set(LLAMA_SERVER, [theirs])
  }
  return {
    title: `${model.name} at start, ${sequences} sequences of ${contextTokens.toLocaleString('en-US')} tokens`,
    ...{ unit: 'MB', better: 'lower', samples, goals: [{ against: LLAMA_SERVER, value: GOAL }] },
  }
}

async function measure(start: () => Promise<ServerProcess>): Promise<number> {
  const server = await start()
  try {
    return server.proportionalBytes() / 1e6
  } finally {
    await server.stop()
  }
}
