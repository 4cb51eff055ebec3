import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { type Contender, interleave, OURS, type Pausable } from '../contender.ts'
import type { LoadTarget } from '../load/load-job.ts'
import { turn } from '../models/bench-model.ts'
import { smallModel } from '../models/small-model.ts'
import { completeTarget, startContinuo } from '../peers/continuo.ts'
import type { Row } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'

const CONTEXT_TOKENS = 2_048
const COMPLETION_TOKENS: Record<BenchScale, number> = { full: 200, quick: 200, smoke: 8 }
const REQUESTS_AT_ONCE: Record<BenchScale, readonly number[]> = { full: [1, 4], quick: [1], smoke: [1] }
const WITHOUT = 'without drafts'

const CODE = `function total(items) {
  let sum = 0
  for (const item of items) {
    sum += item.price * item.quantity
  }
  return sum
}

function average(items) {
  if (items.length === 0) return 0
  return total(items) / items.length
}

function largest(items) {
  let best = null
  for (const item of items) {
    if (best === null || item.price > best.price) best = item
  }
  return best
}`
const QUOTE =
  'It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife. However little known the feelings or views of such a man may be on his first entering a neighbourhood, this truth is so well fixed in the minds of the surrounding families, that he is considered the rightful property of some one or other of their daughters.'
const PEOPLE =
  'Anna is 31 and lives in Paris. Ben is 27 and lives in Rome. Carla is 45 and lives in Berlin. Dan is 52 and lives in Madrid.'

/** A kind of text, and the share of the speed without drafts that it must reach with them. */
interface TextKind {
  readonly title: string
  readonly prompts: readonly string[]
  readonly goal: number
}

const REPEATING_GOAL = 1.05
/** What is expected is compared with what comes, but hardly anything is drafted. */
const OTHER_GOAL = 0.98

const TEXTS: readonly TextKind[] = [
  {
    title: 'corrected code',
    prompts: [
      `Rename "items" to "entries" in this code and write all of it again:\n\n\`\`\`js\n${CODE}\n\`\`\``,
      `Write this code again with a comment before each function:\n\n\`\`\`js\n${CODE}\n\`\`\``,
    ],
    goal: REPEATING_GOAL,
  },
  {
    title: 'JSON',
    prompts: [
      `Write these people as a JSON array of objects with name, age and city: ${PEOPLE}`,
      `Write a JSON array of objects with the keys name, age and city for these people: ${PEOPLE}`,
    ],
    goal: REPEATING_GOAL,
  },
  {
    title: 'quotes',
    prompts: [
      `Quote this text word for word: "${QUOTE}"`,
      `Repeat this text exactly, then say who wrote it: "${QUOTE}"`,
    ],
    goal: REPEATING_GOAL,
  },
  {
    title: 'texts that do not repeat',
    prompts: [
      'Explain how vaccines work.',
      'Tell me about the history of the city of Rome.',
      'Write a letter to a friend about a holiday in Italy.',
    ],
    goal: OTHER_GOAL,
  },
]

/** Measures what drafts from the text itself bring, and what they cost where a text does not repeat. */
export const speculation: Comparison = {
  section: 'speculation',
  async run(bench) {
    const rows: Row[] = []
    const model = await smallModel(bench)
    const contenders = [
      { name: OURS, running: await start(model, []) },
      { name: WITHOUT, running: await start(model, ['--speculation', 'off']) },
    ]
    try {
      for (const atOnce of REQUESTS_AT_ONCE[bench.options.scale])
        for (const kind of TEXTS) rows.push(...(await measure(bench, contenders, kind, atOnce)))
    } finally {
      await Promise.all(contenders.map(({ running }) => running.stop()))
    }
    const title = 'Speculation: SmolLM2-135M Q4_1, drafts from the text itself'
    return [{ section: 'speculation', title, rows }]
  },
}

interface Drafting extends Pausable {
  readonly port: number
  readonly stop: () => Promise<void>
}

async function start(model: string, flags: readonly string[]): Promise<Drafting> {
  const size = ['--max-sequences', '4', '--context-window-tokens', String(CONTEXT_TOKENS)]
  const server: ServerProcess = await startContinuo(['--model', model, ...size, ...flags], 'all')
  return {
    port: server.port,
    pause: () => server.pause(),
    resume: () => server.resume(),
    stop: () => server.stop(),
  }
}

async function measure(
  { options, load, log }: Bench,
  contenders: readonly Contender<Drafting>[],
  { title, prompts, goal }: TextKind,
  atOnce: number,
): Promise<Row[]> {
  log(`speculation: ${title}, ${atOnce} at once`)
  const requests = prompts.length * atOnce
  const run = async (port: number) => {
    const target = targetOf(port, prompts, COMPLETION_TOKENS[options.scale])
    const job = { type: 'closed-loop', target, connections: atOnce, requests, cancelEvery: 0 } as const
    const before = await countTokens(port)
    const result = await load.run(job)
    const after = await countTokens(port)
    const tokens = after.completion - before.completion
    const steps = tokens - (after.accepted - before.accepted)
    return {
      tokensPerSecond: (tokens * 1000) / result.elapsedMs,
      stepShare: steps / tokens,
      failed: result.failed,
    }
  }
  // The first run warms up: prompts are in the KV cache from then on.
  for (const { running } of contenders) {
    running.resume()
    await run(running.port)
    running.pause()
  }
  const figures = await interleave(options.rounds, contenders, ({ running }) => run(running.port))
  const name = `${title}, ${atOnce} at once`
  const samplesOf = (figure: string) => figures.get(figure) ?? new Map()
  return [
    {
      ...{ title: name, unit: 'tokens/s', better: 'higher', samples: samplesOf('tokensPerSecond') },
      failures: figures.get('failed'),
      goals: [{ against: WITHOUT, value: goal }],
    },
    { title: name, unit: 'steps a token', better: 'lower', samples: samplesOf('stepShare'), goals: [] },
  ]
}

function targetOf(port: number, prompts: readonly string[], maxTokens: number): LoadTarget {
  const bodies = prompts.map((prompt) => ({
    model: 'claude-2.1',
    prompt: turn(prompt),
    max_tokens_to_sample: maxTokens,
    temperature: 0,
    stream: true,
  }))
  return completeTarget(port, bodies, '"stop_reason":"')
}

/** The tokens of all completions so far, and the accepted draft tokens among them. */
async function countTokens(
  port: number,
): Promise<{ readonly completion: number; readonly accepted: number }> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  const text = await response.text()
  const sumOf = (name: string) => {
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`))
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }
  return {
    completion: sumOf('continuo_completion_tokens_total'),
    accepted: sumOf('continuo_accepted_draft_tokens_total'),
  }
}
