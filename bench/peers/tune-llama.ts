import { availableParallelism } from 'node:os'
import type { Bench } from '../bench.ts'
import type { BenchModel } from '../models/bench-model.ts'
import { type BatchedBenchLengths, runBatchedBench } from './llama-batched-bench.ts'
import {
  describeSettings,
  type LlamaLoad,
  LlamaServer,
  type LlamaSettings,
  llamaServerTarget,
} from './llama-server.ts'

/** Concurrencies at which settings are tried: the best must be good for few and for many requests. */
const TRIED_AT_ONCE = [1, 16]
/** Enough tokens to distinguish settings. */
const TRIED_COMPLETION_TOKENS = 32

/** The fastest settings of llama.cpp's programs. */
export interface TunedLlama {
  readonly server: LlamaServer
  readonly settings: LlamaSettings
  /** Decoding only, in tokens per second; see {@link runBatchedBench}. */
  readonly batchedBench: (load: LlamaLoad, lengths: BatchedBenchLengths) => Promise<number>
}

const tunedByModel = new Map<string, TunedLlama>()

/** Searches for the best settings of both programs, once for each model; of llama-batched-bench when it is first used. Null where they cannot be installed. */
export async function tuneLlama(
  bench: Bench,
  model: BenchModel,
  contextTokens: number,
): Promise<TunedLlama | null> {
  const folder = await bench.peers.llamaFolder()
  if (folder === null) return null
  const known = tunedByModel.get(model.path)
  if (known !== undefined) return known
  bench.log(`${model.name}: the best settings of llama.cpp's programs are looked for`)
  const server = new LlamaServer(folder)
  const speedOf = (tried: LlamaSettings) =>
    trySettings(bench, server, { model, contextTokens, settings: tried })
  const silent = await fastest(speedOf)
  const settings: LlamaSettings = await fastestOf([silent, { ...silent, drafts: true }], speedOf)
  bench.log(`${model.name}: llama-server with ${describeSettings(settings)}`)
  let limit: Promise<LlamaSettings> | null = null
  const batchedBench: TunedLlama['batchedBench'] = async (load, wanted) => {
    limit ??= tuneLimit(bench, folder, model, contextTokens)
    return runBatchedBench(folder, load, await limit, wanted)
  }
  const tuned = { server, settings, batchedBench }
  tunedByModel.set(model.path, tuned)
  return tuned
}

async function tuneLimit(
  bench: Bench,
  folder: string,
  model: BenchModel,
  contextTokens: number,
): Promise<LlamaSettings> {
  const lengths = { promptTokens: 1, completionTokens: TRIED_COMPLETION_TOKENS }
  const settings = await fastest((tried) =>
    productOver(TRIED_AT_ONCE, (sequences) =>
      runBatchedBench(folder, { model: model.path, sequences, contextTokens }, tried, lengths),
    ),
  )
  bench.log(`${model.name}: llama-batched-bench with ${describeSettings(settings)}`)
  return settings
}

/** Threads first, then layout and attention: models load slowly, so not every combination is tried. */
async function fastest(speedOf: (settings: LlamaSettings) => Promise<number>): Promise<LlamaSettings> {
  const processors = availableParallelism()
  const threadCounts = [...new Set([Math.ceil(processors / 2), processors])]
  const byThreads = threadCounts.map((threads) => ({ threads, ...FIRST_LAYOUT }))
  const { threads, speed } = await fastestOf(byThreads, speedOf)
  const byLayout = OTHER_LAYOUTS.map((layout) => ({ threads, ...layout }))
  const other = await fastestOf(byLayout, speedOf)
  return other.speed > speed ? other : { threads, ...FIRST_LAYOUT }
}

const FIRST_LAYOUT = { flashAttention: true, unifiedKvCache: false, drafts: false }

const OTHER_LAYOUTS = [
  { flashAttention: true, unifiedKvCache: true, drafts: false },
  { flashAttention: false, unifiedKvCache: false, drafts: false },
  { flashAttention: false, unifiedKvCache: true, drafts: false },
]

async function fastestOf(
  candidates: readonly LlamaSettings[],
  speedOf: (settings: LlamaSettings) => Promise<number>,
): Promise<LlamaSettings & { readonly speed: number }> {
  const tried: (LlamaSettings & { readonly speed: number })[] = []
  for (const settings of candidates) tried.push({ ...settings, speed: await speedOf(settings) })
  return tried.reduce((best, one) => (one.speed > best.speed ? one : best))
}

/** Requests per second, at low and at high concurrency. */
async function trySettings(
  { load }: Bench,
  server: LlamaServer,
  { model, contextTokens, settings }: { model: BenchModel; contextTokens: number; settings: LlamaSettings },
): Promise<number> {
  const sequences = Math.max(...TRIED_AT_ONCE)
  const running = await server.start({ model: model.path, sequences, contextTokens }, settings)
  try {
    const target = llamaServerTarget(running.port, model.prompts, TRIED_COMPLETION_TOKENS)
    return await productOver(TRIED_AT_ONCE, async (connections) => {
      const job = { type: 'closed-loop', target, connections, requests: connections, cancelEvery: 0 } as const
      await load.run(job)
      const { completed, elapsedMs } = await load.run(job)
      return completed / elapsedMs
    })
  } finally {
    await running.stop()
  }
}

/** Sorts lists of numbers as their geometric means do. */
async function productOver(
  counts: readonly number[],
  measureOne: (count: number) => Promise<number>,
): Promise<number> {
  let product = 1
  for (const count of counts) product *= await measureOne(count)
  return product
}
