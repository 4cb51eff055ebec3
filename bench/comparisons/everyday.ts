import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { type Contender, interleave, OURS } from '../contender.ts'
import { medianRow } from '../median-row.ts'
import { type Conversation, chatMl, randomWords } from '../models/conversation.ts'
import { smallModel } from '../models/small-model.ts'
import { type ChatContender, type Choice, continuoChat, llamaServerChat } from '../peers/chat-contender.ts'
import { startContinuo } from '../peers/continuo.ts'
import { LLAMA_SERVER } from '../peers/llama-server.ts'
import { tuneLlama } from '../peers/tune-llama.ts'
import type { Goal, Row } from '../report.ts'
import { chatInTurns } from './chat-in-turns.ts'

const CONTEXT_TOKENS = 2_048
const CALLERS: Record<BenchScale, number> = { full: 16, quick: 16, smoke: 2 }
/** With the template's own tokens and the completion they fill the window. */
const LONG_PROMPT_WORDS: Record<BenchScale, number> = { full: 1_900, quick: 1_900, smoke: 20 }
const SYSTEM_WORDS: Record<BenchScale, number> = { full: 600, quick: 300, smoke: 20 }
/** Where a round takes long. */
const MAX_LONG_ROUNDS = 2
const COMPLETION_TOKENS: Record<BenchScale, number> = { full: 128, quick: 64, smoke: 4 }
const SHORT_COMPLETION_TOKENS = 16
const GOALS: readonly Goal[] = [{ against: LLAMA_SERVER, value: 1 }]
const SYSTEM = 'You are a helpful assistant.'
const ANIMALS = [
  'fox',
  'cat',
  'dog',
  'bear',
  'hare',
  'horse',
  'goat',
  'frog',
  'bird',
  'hen',
  'duck',
  'mouse',
  'lion',
]
const STORIES: readonly Conversation[] = ANIMALS.map((animal) => ({
  system: SYSTEM,
  turns: [`Tell me a long story about a ${animal} that travels around the world.`],
}))

/** Of the last new text: no two rounds share one. */
let seed = 0

/** Measures what people run: a model that was trained, through its chat template. */
export const everyday: Comparison = {
  section: 'everyday',
  async run(bench) {
    const contenders = await start(bench)
    try {
      const rows: Row[] = []
      for (const atOnce of bench.options.scale === 'smoke' ? [2] : [1, 4, 16]) {
        rows.push(await stories(bench, contenders, atOnce, 'likeliest'))
      }
      for (const atOnce of bench.options.scale === 'smoke' ? [2] : [1, 16]) {
        rows.push(await stories(bench, contenders, atOnce, 'sampled'))
      }
      rows.push(await tenTurns(bench, contenders))
      rows.push(await sharedSystem(bench, contenders))
      rows.push(await longPrompts(bench, contenders))
      const title = 'SmolLM2-135M Q4_1 through its chat template, as people use it'
      return [{ section: 'everyday', title, rows: [...rows, ...medianRow(rows, LLAMA_SERVER)] }]
    } finally {
      await Promise.all(contenders.map(({ running }) => running.stop()))
    }
  },
}

async function start(bench: Bench): Promise<Contender<ChatContender>[]> {
  const path = await smallModel(bench)
  const sequences = CALLERS[bench.options.scale]
  const size = ['--max-sequences', String(sequences), '--context-window-tokens', String(CONTEXT_TOKENS)]
  const prompts = STORIES.map(chatMl)
  const model = { name: 'SmolLM2', path, completionTokens: COMPLETION_TOKENS[bench.options.scale], prompts }
  const tuned = await tuneLlama(bench, model, CONTEXT_TOKENS)
  const ours = await startContinuo(['--model', path, ...size], 'all')
  const contenders: Contender<ChatContender>[] = [{ name: OURS, running: continuoChat(ours) }]
  if (tuned === null) return contenders
  const load = { model: path, sequences, contextTokens: CONTEXT_TOKENS }
  const theirs = await tuned.server.start(load, tuned.settings)
  return [...contenders, { name: LLAMA_SERVER, running: llamaServerChat(theirs) }]
}

/** Tokens per second of stories; the first run of each contender warms up. */
async function stories(
  bench: Bench,
  contenders: readonly Contender<ChatContender>[],
  atOnce: number,
  choice: Choice,
): Promise<Row> {
  bench.log(`everyday: stories, ${choice}, ${atOnce} at once`)
  const maxTokens = COMPLETION_TOKENS[bench.options.scale]
  const run = async (running: ChatContender, requests: number) => {
    const target = running.target(STORIES, maxTokens, choice, true)
    const job = { type: 'closed-loop', target, connections: atOnce, requests, cancelEvery: 0 } as const
    const { tokens, failed, elapsedMs } = await bench.load.run(job)
    return { tokensPerSecond: (tokens * 1000) / elapsedMs, failed }
  }
  for (const { running } of contenders) {
    running.resume()
    await run(running, atOnce)
    running.pause()
  }
  const requests = atOnce === 1 ? 2 : atOnce
  const figures = await interleave(bench.options.rounds, contenders, ({ running }) => run(running, requests))
  const how = choice === 'likeliest' ? '' : ', temperature 1 and top_p 0.9'
  return {
    ...{ title: `stories${how}, ${atOnce} at once`, unit: 'tokens/s', better: 'higher', goals: GOALS },
    ...{ samples: figures.get('tokensPerSecond') ?? new Map(), failures: figures.get('failed') },
  }
}

/** A new conversation each time: how long all of it takes. */
async function tenTurns(bench: Bench, contenders: readonly Contender<ChatContender>[]): Promise<Row> {
  bench.log('everyday: a chat of ten turns')
  const maxTokens = COMPLETION_TOKENS[bench.options.scale]
  const figures = await interleave(bench.options.rounds, contenders, ({ running }) =>
    chatInTurns(running, randomWords(8, ++seed), maxTokens),
  )
  return {
    ...{ title: 'a chat of ten turns', unit: 'tokens/s', better: 'higher', goals: GOALS },
    samples: figures.get('tokensPerSecond') ?? new Map(),
  }
}

/** A system text that no request before had, and a question of each caller. */
function sharedSystem(bench: Bench, contenders: readonly Contender<ChatContender>[]): Promise<Row> {
  const words = SYSTEM_WORDS[bench.options.scale]
  const callers = CALLERS[bench.options.scale]
  return untilAllEnded(bench, contenders, Math.min(bench.options.rounds, MAX_LONG_ROUNDS), {
    title: `${callers} callers with one system text of ${words} words`,
    conversations() {
      const system = randomWords(words, ++seed)
      return Array.from({ length: callers }, (_, n) => ({
        system,
        turns: [`Question ${n}: ${randomWords(8, n)}?`],
      }))
    },
  })
}

/** Nothing is shared; it takes long, so that one round has to do. */
function longPrompts(bench: Bench, contenders: readonly Contender<ChatContender>[]): Promise<Row> {
  const words = LONG_PROMPT_WORDS[bench.options.scale]
  const callers = CALLERS[bench.options.scale]
  return untilAllEnded(bench, contenders, 1, {
    title: `${callers} prompts of ${words.toLocaleString('en-US')} words at once`,
    conversations: () =>
      Array.from({ length: callers }, () => ({ system: String(++seed), turns: [randomWords(words, seed)] })),
  })
}

interface Burst {
  readonly title: string
  /** One for each caller, new ones each time. */
  readonly conversations: () => readonly Conversation[]
}

/** How long it takes until requests that come together have all ended. */
async function untilAllEnded(
  bench: Bench,
  contenders: readonly Contender<ChatContender>[],
  rounds: number,
  { title, conversations }: Burst,
): Promise<Row> {
  bench.log(`everyday: ${title}`)
  const figures = await interleave(rounds, contenders, async ({ running }) => {
    const asked = conversations()
    const target = running.target(asked, SHORT_COMPLETION_TOKENS, 'likeliest', true)
    const [connections, requests] = [asked.length, asked.length]
    const job = { type: 'closed-loop', target, connections, requests, cancelEvery: 0 } as const
    const { elapsedMs, failed } = await bench.load.run(job)
    return { seconds: elapsedMs / 1000, failed }
  })
  return {
    ...{ title: `${title}, until all have ended`, unit: 's', better: 'lower', goals: GOALS },
    ...{ samples: figures.get('seconds') ?? new Map(), failures: figures.get('failed') },
  }
}
