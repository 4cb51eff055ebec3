import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { type Contender, interleave, NEVER_IDLE, OURS, type Pausable } from '../contender.ts'
import type { LoadTarget } from '../load/load-job.ts'
import { medianRow } from '../median-row.ts'
import { type BenchModel, benchModels } from '../models/bench-model.ts'
import { completeTarget, startContinuo } from '../peers/continuo.ts'
import { LLAMA_SERVER, type LlamaServer, llamaServerTarget } from '../peers/llama-server.ts'
import { type TunedLlama, tuneLlama } from '../peers/tune-llama.ts'
import type { Goal, Row } from '../report.ts'

const CONTEXT_TOKENS = 512
const REQUESTS_AT_ONCE: Record<BenchScale, readonly number[]> = {
  full: [1, 4, 16],
  quick: [1, 4, 16],
  smoke: [2],
}
const ROUND_MS: Record<BenchScale, number> = { full: 2_000, quick: 1_000, smoke: 1 }
/** An engine without HTTP, sampling or text is an upper limit. */
const LIMIT = 'llama-batched-bench'
const LIMIT_GOAL = 0.9
const SPEED_GOAL = 1

interface Speed {
  readonly tokensPerSecond: number
  readonly failed: number
}

/** Measures one contender: tokens per second with a number of concurrent requests. */
interface EmbeddedContender extends Pausable {
  readonly speed: (atOnce: number) => Promise<Speed>
  readonly stop: () => Promise<void>
}

/** Tokens per second of this project's own engine, through HTTP, against llama.cpp's server and its bare loop. */
export const embedded: Comparison = {
  section: 'embedded',
  async run(bench) {
    const rows: Row[] = []
    for (const model of benchModels(bench.options)) rows.push(...(await compareModel(bench, model)))
    const title = 'Embedded engine: tokens per second through HTTP streaming, all requests together'
    return [{ section: 'embedded', title, rows: [...rows, ...medianRow(rows, LLAMA_SERVER)] }]
  },
}

async function compareModel(bench: Bench, model: BenchModel): Promise<Row[]> {
  const tuned = await tuneLlama(bench, model, CONTEXT_TOKENS)
  const contenders: Contender<EmbeddedContender>[] = []
  try {
    contenders.push({ name: OURS, running: await startOurs(bench, model) })
    if (tuned !== null) {
      contenders.push({ name: LLAMA_SERVER, running: await startLlamaServer(bench, model, tuned) })
      contenders.push({ name: LIMIT, running: batchedBench(model, tuned) })
    }
    const rows: Row[] = []
    for (const atOnce of REQUESTS_AT_ONCE[bench.options.scale]) {
      bench.log(`embedded, ${model.name}: ${atOnce} at once`)
      const figures = await interleave(bench.options.rounds, contenders, async ({ running }) => ({
        ...(await running.speed(atOnce)),
      }))
      rows.push({
        title: `${model.name}, ${atOnce} at once`,
        unit: 'tokens/s',
        better: 'higher',
        samples: figures.get('tokensPerSecond') ?? new Map(),
        failures: figures.get('failed'),
        goals: GOALS,
      })
    }
    return rows
  } finally {
    await Promise.all(contenders.map(({ running }) => running.stop()))
  }
}

const GOALS: readonly Goal[] = [
  { against: LLAMA_SERVER, value: SPEED_GOAL },
  { against: LIMIT, value: LIMIT_GOAL },
]

const MOST_AT_ONCE = 16

async function startOurs(bench: Bench, model: BenchModel): Promise<EmbeddedContender> {
  const size = ['--max-sequences', String(MOST_AT_ONCE), '--context-window-tokens', String(CONTEXT_TOKENS)]
  const server = await startContinuo(['--model', model.path, '--format', 'raw', ...size], 'all')
  const { completionTokens, prompts } = model
  const bodies = prompts.map((prompt) => ({
    model: 'claude-2.1',
    prompt,
    max_tokens_to_sample: completionTokens,
    temperature: 0,
    stream: true,
  }))
  const target = completeTarget(server.port, bodies, '"stop_reason":"max_tokens"')
  return { ...servedContender(bench, target, model), ...lifeOf(server) }
}

async function startLlamaServer(
  bench: Bench,
  model: BenchModel,
  { server, settings }: TunedLlama & { server: LlamaServer },
): Promise<EmbeddedContender> {
  const load = { model: model.path, sequences: MOST_AT_ONCE, contextTokens: CONTEXT_TOKENS }
  const running = await server.start(load, settings)
  const target = llamaServerTarget(running.port, model.prompts, model.completionTokens)
  return { ...servedContender(bench, target, model), ...lifeOf(running) }
}

function lifeOf(server: { pause(): void; resume(): void; stop(): Promise<void> }) {
  return {
    pause: () => server.pause(),
    resume: () => server.resume(),
    stop: () => server.stop(),
  }
}

/** The first run at each concurrency warms up and shows how many requests fill a round. */
function servedContender({ load, options }: Bench, target: LoadTarget, model: BenchModel) {
  const requestsByLoad = new Map<number, number>()
  const run = (connections: number, requests: number) =>
    load.run({ type: 'closed-loop', target, connections, requests, cancelEvery: 0 })
  return {
    async speed(atOnce: number) {
      const known = requestsByLoad.get(atOnce)
      if (known === undefined) {
        const { elapsedMs } = await run(atOnce, atOnce)
        const times = Math.max(1, Math.round(ROUND_MS[options.scale] / elapsedMs))
        requestsByLoad.set(atOnce, times * atOnce)
      }
      const { completed, failed, elapsedMs } = await run(atOnce, requestsByLoad.get(atOnce) ?? atOnce)
      return { tokensPerSecond: (completed * model.completionTokens * 1000) / elapsedMs, failed }
    },
  }
}

const PROMPT_TOKENS = 16

function batchedBench(model: BenchModel, tuned: TunedLlama): EmbeddedContender {
  const { completionTokens } = model
  return {
    ...NEVER_IDLE,
    speed: async (sequences) => ({
      tokensPerSecond: await tuned.batchedBench(
        { model: model.path, sequences, contextTokens: CONTEXT_TOKENS },
        { promptTokens: PROMPT_TOKENS, completionTokens },
      ),
      failed: 0,
    }),
    stop: () => Promise.resolve(),
  }
}
