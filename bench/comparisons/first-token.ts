import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { type Contender, interleave, OURS, type Samples } from '../contender.ts'
import type { LoadTarget } from '../load/load-job.ts'
import { type BenchModel, benchModels, digits } from '../models/bench-model.ts'
import { completeTarget, startContinuo } from '../peers/continuo.ts'
import { LLAMA_SERVER, llamaServerTarget } from '../peers/llama-server.ts'
import { tuneLlama } from '../peers/tune-llama.ts'
import type { Row } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { spreadOf } from '../spread.ts'

const CONTEXT_TOKENS = 2_048
const SEQUENCES = 4
/** Tokens of a random model's prompt for turn markers, the spaces after them and the first token. */
const FRAME_TOKENS = 13
const PROMPT_TOKENS: Record<BenchScale, readonly number[]> = {
  full: [16, 512, 1_900],
  quick: [16, 512, 1_900],
  smoke: [16],
}
const COMPLETION_TOKENS = 4
/** A round takes the median of this many prompts, all of them new. */
const PROMPTS_A_ROUND = 3
const LAST_TURN_TOKENS = 32

/** Sends these prompts to one contender, one after the other; returns the times to first text in milliseconds. */
interface Asked {
  readonly server: ServerProcess
  readonly target: (prompts: readonly string[]) => LoadTarget
}

/** Measures how long a client waits for the first text while no other request runs. */
export const firstToken: Comparison = {
  section: 'first-token',
  async run(bench) {
    const models = benchModels(bench.options)
    const model = models[1] ?? models[0]
    if (model === undefined) return []
    const contenders = await start(bench, model)
    try {
      const rows: Row[] = []
      for (const tokens of PROMPT_TOKENS[bench.options.scale])
        rows.push(await newPrompts(bench, contenders, tokens))
      rows.push(await newLastTurns(bench, contenders, Math.max(...PROMPT_TOKENS[bench.options.scale])))
      return [
        { section: 'first-token', title: `Time to first token, ${model.name}, one request at a time`, rows },
      ]
    } finally {
      await Promise.all(contenders.map(({ running }) => running.server.stop()))
    }
  },
}

type AskedContender = Contender<Asked & { pause(): void; resume(): void }>

async function start(bench: Bench, model: BenchModel): Promise<AskedContender[]> {
  const size = ['--max-sequences', String(SEQUENCES), '--context-window-tokens', String(CONTEXT_TOKENS)]
  const ours = await startContinuo(['--model', model.path, '--format', 'raw', ...size], 'all')
  const contenders = [
    contender(OURS, ours, (prompts) =>
      completeTarget(ours.port, prompts.map(completeBody), '"stop_reason":"'),
    ),
  ]
  const tuned = await tuneLlama(bench, model, CONTEXT_TOKENS)
  if (tuned === null) return contenders
  const load = { model: model.path, sequences: SEQUENCES, contextTokens: CONTEXT_TOKENS }
  const theirs = await tuned.server.start(load, tuned.settings)
  const target = (prompts: readonly string[]) => llamaServerTarget(theirs.port, prompts, COMPLETION_TOKENS)
  return [...contenders, contender(LLAMA_SERVER, theirs, target)]
}

function contender(name: string, server: ServerProcess, target: Asked['target']): AskedContender {
  return { name, running: { server, target, pause: () => server.pause(), resume: () => server.resume() } }
}

function completeBody(prompt: string): object {
  return {
    model: 'claude-2.1',
    prompt,
    max_tokens_to_sample: COMPLETION_TOKENS,
    temperature: 0,
    stream: true,
  }
}

/** Every prompt differs from all before it in its first token, so that no prefix can be reused. */
async function newPrompts(bench: Bench, contenders: readonly AskedContender[], tokens: number): Promise<Row> {
  bench.log(`first token: prompts of ${tokens} tokens`)
  let seed = tokens
  const figures = await interleave(bench.options.rounds, contenders, async ({ running }) => {
    const prompts = Array.from({ length: PROMPTS_A_ROUND }, () =>
      oneTurn(digits(Math.max(1, tokens - FRAME_TOKENS), ++seed * 7_919)),
    )
    return medianFirstText(bench, running, prompts)
  })
  return row(`a new prompt of ${tokens.toLocaleString('en-US')} tokens`, figures)
}

/** The next turn of a conversation: the model has evaluated all but the last turn. */
async function newLastTurns(
  bench: Bench,
  contenders: readonly AskedContender[],
  tokens: number,
): Promise<Row> {
  bench.log('first token: the same prompt with a new last turn')
  const history = digits(Math.max(1, tokens - 2 * FRAME_TOKENS - LAST_TURN_TOKENS), 99)
  let seed = 0
  const next = () =>
    `${oneTurn(history)} ok\n\nHuman: ${digits(LAST_TURN_TOKENS, ++seed * 104_729)}\n\nAssistant:`
  for (const { running } of contenders) {
    running.resume()
    await medianFirstText(bench, running, [next()])
  }
  const figures = await interleave(bench.options.rounds, contenders, ({ running }) =>
    medianFirstText(bench, running, Array.from({ length: PROMPTS_A_ROUND }, next)),
  )
  return row(
    `the same ${tokens.toLocaleString('en-US')} tokens with a new last turn of ${LAST_TURN_TOKENS}`,
    figures,
  )
}

function oneTurn(text: string): string {
  return `\n\nHuman: ${text}\n\nAssistant:`
}

async function medianFirstText({ load }: Bench, asked: Asked, prompts: readonly string[]) {
  const target = asked.target(prompts)
  const requests = prompts.length
  const result = await load.run({ type: 'closed-loop', target, connections: 1, requests, cancelEvery: 0 })
  return { ms: spreadOf(result.firstTextMs).median, failed: result.failed }
}

function row(title: string, figures: ReadonlyMap<string, Samples>): Row {
  const goals = [{ against: LLAMA_SERVER, value: 1 }]
  const samples = figures.get('ms') ?? new Map()
  return { title, unit: 'ms', better: 'lower', samples, failures: figures.get('failed'), goals }
}
