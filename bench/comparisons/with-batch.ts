import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { type Contender, interleave, NEVER_IDLE, OURS, type Pausable } from '../contender.ts'
import { type BenchModel, benchModels, digits, turn } from '../models/bench-model.ts'
import { completeTarget, startContinuo } from '../peers/continuo.ts'
import type { Row } from '../report.ts'
import { percentile } from '../spread.ts'

const ALONE = 'without a batch'
const REQUESTS: Record<BenchScale, number> = { full: 100, quick: 20, smoke: 2 }
const COMPLETION_TOKENS = 128
/** More than end while others are measured. */
const BATCH_REQUESTS = 5_000
const BATCH_TOKENS = 64
const POLL_MS = 50
const DIGITS = 12
/** Most that a request may take longer beside a batch. */
const MAX_SLOWDOWN = 1.1

/** Of the last prompt. */
let seed = 0

interface Measured extends Pausable {
  readonly port: number
  readonly hasBatch: boolean
}

/** Measures how long requests take while the server works on a message batch. */
export const withBatch: Comparison = {
  section: 'with-batch',
  async run(bench) {
    const models = benchModels(bench.options)
    const model = models[1] ?? models[0]
    if (model === undefined) return []
    const flags = ['--model', model.path, '--format', 'raw', '--state', 'memory']
    const server = await startContinuo(flags, 'all')
    const contender = (name: string, hasBatch: boolean): Contender<Measured> => ({
      name,
      running: { ...NEVER_IDLE, port: server.port, hasBatch },
    })
    try {
      const contenders = [contender(OURS, true), contender(ALONE, false)]
      const { rounds } = bench.options
      const figures = await interleave(rounds, contenders, ({ running }) => measure(bench, model, running))
      const rows = ['p50', 'p99'].map(
        (figure): Row => ({
          title: `${figure} of one request after the other`,
          unit: 'ms',
          better: 'lower',
          samples: figures.get(figure) ?? new Map(),
          goals: figure === 'p99' ? [{ against: ALONE, value: MAX_SLOWDOWN }] : [],
        }),
      )
      return [{ section: 'with-batch', title: `Beside a message batch, ${model.name}`, rows }]
    } finally {
      await server.stop()
    }
  },
}

async function measure(
  { load, options, log }: Bench,
  model: BenchModel,
  { port, hasBatch }: Measured,
): Promise<Readonly<Record<string, number>>> {
  log(`beside a batch: ${hasBatch ? 'with' : 'without'} one`)
  const batch = hasBatch ? await startBatch(port, model) : null
  const requests = REQUESTS[options.scale]
  // New ones: a prompt that is still in the cache would be compared with one that the batch has replaced there.
  const prompts = Array.from({ length: requests }, () => turn(digits(DIGITS, ++seed)))
  const bodies = prompts.map((prompt) => ({
    ...{ model: 'claude-2.1', prompt, max_tokens_to_sample: COMPLETION_TOKENS, temperature: 0, stream: true },
  }))
  const target = completeTarget(port, bodies, '"stop_reason":"')
  const job = { type: 'closed-loop', target, connections: 1, requests, cancelEvery: 0 } as const
  const { totalMs, firstFailure } = await load.run(job)
  if (firstFailure !== null) throw new Error(`a request failed beside a batch: ${firstFailure}`)
  await batch?.cancel()
  const sorted = totalMs.toSorted((a, b) => a - b)
  return { p50: percentile(sorted, 50), p99: percentile(sorted, 99) }
}

/** Sends a batch, and waits until it runs. */
async function startBatch(port: number, { prompts }: BenchModel): Promise<{ cancel(): Promise<void> }> {
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return {
      remaining: response.headers.get('continuo-requests-remaining'),
      json: (await response.json()) as Batch,
    }
  }
  const requests = Array.from({ length: BATCH_REQUESTS }, (_, n) => ({
    custom_id: `r${n}`,
    params: { model: 'claude-2.1', prompt: prompts[n % prompts.length], max_tokens_to_sample: BATCH_TOKENS },
  }))
  const { id } = (await call('POST', '/continuo/complete/batches', { requests })).json
  const path = `/v1/messages/batches/${id}`
  while (Number((await call('GET', path)).remaining) === BATCH_REQUESTS) await wait()
  return {
    async cancel() {
      await call('POST', `${path}/cancel`)
      while ((await call('GET', path)).json.processing_status !== 'ended') await wait()
    },
  }
}

interface Batch {
  readonly id: string
  readonly processing_status: string
}

function wait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS))
}
