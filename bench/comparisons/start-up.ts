import type { Bench, Comparison } from '../bench.ts'
import { type Contender, interleave, NEVER_IDLE, OURS, type Pausable } from '../contender.ts'
import type { LoadTarget } from '../load/load-job.ts'
import { type BenchModel, benchModels } from '../models/bench-model.ts'
import { completeTarget, serveCommand } from '../peers/continuo.ts'
import { LlamaServer, llamaServerTarget } from '../peers/llama-server.ts'
import type { Row } from '../report.ts'
import { freePort, ServerProcess } from '../server-process.ts'
import { completeCommandMs, startPhasesMs, warmCache } from './start-phases.ts'

const CONTEXT_TOKENS = 512
const SEQUENCES = 4
const COMPLETION_TOKENS = 4
const RETRY_MS = 5
const GOAL_MS = 300
const COMPLETE_GOAL_MS = 500

interface Starter extends Pausable {
  readonly env?: NodeJS.ProcessEnv
  readonly command: (port: number) => readonly string[]
  readonly target: (port: number) => LoadTarget
}

/**
 * Measures the time from process start to the first text of a completion, that of `continuo complete`, and when the phases of a
 * start end. Compiled code and measured settings are kept from a first start, which is not measured.
 */
export const startUp: Comparison = {
  section: 'start-up',
  async run(bench) {
    const [model] = benchModels(bench.options)
    if (model === undefined) return []
    bench.log('start-up')
    const cache = await warmCache(model.path)
    const figures = await interleave(
      bench.options.rounds,
      await starters(bench, model, cache.env),
      ({ running }) => firstTextMs(bench, running),
    )
    const samples = figures.get('ms') ?? new Map()
    const goals = [{ against: null, value: GOAL_MS }]
    const completed = await timesOf(bench, () => completeCommandMs(model.path, cache.env))
    const phases = await phaseRows(bench, () => startPhasesMs(model.path, cache.env))
    cache.remove()
    return [
      {
        section: 'start-up',
        title: 'Process start to first token, embedded model',
        rows: [
          { title: 'first text', unit: 'ms', better: 'lower', samples, goals },
          {
            ...{ title: 'continuo complete, whole process', unit: 'ms', better: 'lower' },
            samples: new Map([[OURS, completed]]),
            goals: [{ against: null, value: COMPLETE_GOAL_MS }],
          },
          ...phases,
        ],
      },
    ]
  },
}

async function timesOf(bench: Bench, measure: () => Promise<number>): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < bench.options.rounds; round++) times.push(await measure())
  return times
}

/** A row for each phase of a start: when it ended. */
async function phaseRows(bench: Bench, measure: () => Promise<Record<string, number>>): Promise<Row[]> {
  const ends = new Map<string, number[]>()
  for (let round = 0; round < bench.options.rounds; round++) {
    for (const [name, ms] of Object.entries(await measure())) ends.set(name, [...(ends.get(name) ?? []), ms])
  }
  return [...ends].map(([name, times]) => ({
    ...{ title: `until the end of: ${name}`, unit: 'ms', better: 'lower' },
    ...{ samples: new Map([[OURS, times]]), goals: [] },
  }))
}

async function starters(
  bench: Bench,
  model: BenchModel,
  env: NodeJS.ProcessEnv,
): Promise<Contender<Starter>[]> {
  const [prompt = ''] = model.prompts
  const flags = ['--model', model.path, '--format', 'raw']
  const body = {
    model: 'claude-2.1',
    prompt,
    max_tokens_to_sample: COMPLETION_TOKENS,
    temperature: 0,
    stream: true,
  }
  const ours: Starter = {
    ...NEVER_IDLE,
    env,
    command: (port) => serveCommand(port, flags),
    target: (port) => completeTarget(port, [body], '"stop_reason":"'),
  }
  const folder = await bench.peers.llamaFolder()
  if (folder === null) return [{ name: OURS, running: ours }]
  const server = new LlamaServer(folder)
  const load = { model: model.path, sequences: SEQUENCES, contextTokens: CONTEXT_TOKENS }
  const settings = { threads: 1, flashAttention: true, unifiedKvCache: false, drafts: false }
  const theirs: Starter = {
    ...NEVER_IDLE,
    command: (port) => server.command(load, settings, port),
    target: (port) => llamaServerTarget(port, [prompt], COMPLETION_TOKENS),
  }
  return [
    { name: OURS, running: ours },
    { name: 'llama-server', running: theirs },
  ]
}

async function firstTextMs(bench: Bench, { command, target, env }: Starter): Promise<{ ms: number }> {
  const port = await freePort()
  const startedMs = performance.now()
  const server = ServerProcess.launch({
    ...{ command: command(port), port, processors: 'all' },
    ...(env === undefined ? {} : { env }),
  })
  try {
    await server.untilListening()
    return { ms: await untilResponse(bench, target(port), startedMs) }
  } finally {
    await server.stop()
  }
}

/** A server that listens may still be loading its model, and refuses until it is ready. */
async function untilResponse({ load }: Bench, target: LoadTarget, startedMs: number): Promise<number> {
  const job = { type: 'closed-loop', target, connections: 1, requests: 1, cancelEvery: 0 } as const
  for (;;) {
    const sentMs = performance.now()
    const result = await load.run(job).catch(() => null)
    const [firstTextMs] = result?.firstTextMs ?? []
    if (firstTextMs !== undefined) return sentMs - startedMs + firstTextMs
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}
