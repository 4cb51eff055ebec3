import { fileURLToPath } from 'node:url'
import type { CompletionEvent } from '../src/completion/completion-event.ts'
import type { ScoredToken } from '../src/completion/scored-token.ts'
import { StopSequenceFilter } from '../src/completion/stop-sequence-filter.ts'
import { LlamaContext } from '../src/engines/llama/decoding/llama-context.ts'
import type { OutputConstraint } from '../src/engines/llama/grammar/output-constraint.ts'
import { openLlamaLibrary } from '../src/engines/llama/llama-cpp/llama-library.ts'
import { LlamaModel } from '../src/engines/llama/llama-cpp/llama-model.ts'
import { PrefillBudget } from '../src/engines/llama/scheduling/prefill-budget.ts'
import { Scheduler } from '../src/engines/llama/scheduling/scheduler.ts'
import { Speculation } from '../src/engines/llama/scheduling/speculation.ts'
import { StepCosts } from '../src/engines/llama/scheduling/step-costs.ts'
import { llamaSettings } from './llama-settings.ts'

/** Completes prompts with the demonstration model, each without drafts and with as many as possible, and prints both. */

const MODEL = fileURLToPath(new URL('../models/continuo-demo.gguf', import.meta.url))
const MAX_TOKENS = 80
const WINDOW_TOKENS = 512
const STEP_LIMITS = { targetMs: 50, maxTileMs: 200 }
const MAX_PREFILL_TOKENS = 512

interface Case {
  readonly prompt: string
  readonly stopSequences?: readonly string[]
  readonly constraint?: OutputConstraint
  /** Samples at temperature 1; else the likeliest token. */
  readonly seed?: number
}

const asked = (question: string) => `\n\nHuman: ${question}\n\nAssistant:`
const grammar = (text: string): OutputConstraint => ({ thinking: null, grammar: { text, trigger: null } })

const QUESTIONS = [
  'What is 17 + 25?',
  'What is the opposite of hot?',
  'Hello!',
  'Count from 1 to 10.',
  'Name the days of the week.',
  'What is the capital of France?',
  'Write a sentence about the sea.',
  'What can you do?',
]
const REPEATING = [
  'red, green, blue, red, green, blue, red, green, blue,',
  'one two three four five one two three four five one two three',
  '{"name": "Ann", "age": 31}\n{"name": "Ben", "age": 32}\n{"name": "Ann", "age": 31}\n{"name":',
  'let sum = 0\nlet sum = 0\nlet sum = 0\nlet',
  'The cat sat on the mat. The cat sat on the mat. The cat',
  'a b c d e f g h i j a b c d e f g h i j a b c',
]
const WORDS = grammar('root ::= (" " word)+\nword ::= "yes" | "no" | "maybe so"')
const LIST = grammar('root ::= " [" item (", " item)* "]"\nitem ::= "{\\"n\\": " [0-9] [0-9]? "}"')
const SHORT_THINKING: OutputConstraint = {
  thinking: {
    isOpen: true,
    startTag: '<think>',
    endTag: '</think>',
    forcedEnd: '</think>\n\n',
    maxTokens: 12,
  },
  grammar: null,
}

const CASES: readonly Case[] = [
  ...QUESTIONS.map((question) => ({ prompt: asked(question) })),
  ...REPEATING.map((prompt) => ({ prompt })),
  ...[REPEATING[0], REPEATING[1], REPEATING[5]].map((prompt = '') => ({
    prompt,
    stopSequences: ['blue, blue, b', 'three three four', 'h i j a c e'],
  })),
  ...[QUESTIONS[0], QUESTIONS[2]].map((question = '') => ({ prompt: asked(question), constraint: WORDS })),
  ...[QUESTIONS[3], QUESTIONS[1]].map((question = '') => ({ prompt: asked(question), constraint: LIST })),
  { prompt: REPEATING[5] ?? '', constraint: SHORT_THINKING },
  ...[0, 1, 5].map((seed) => ({ prompt: REPEATING[seed] ?? '', seed })),
  { prompt: asked('What can you do?'), seed: 3 },
  ...[6, 7, 8, 9].map((seed) => ({ prompt: asked(`What is ${seed} + 25?`), constraint: LIST, seed })),
]

const library = openLlamaLibrary()
const model = new LlamaModel(library, llamaSettings({ model: MODEL }), () => undefined)

/** As on a machine that evaluates many tokens as fast as one. */
function freeDrafts(): StepCosts {
  const costs = new StepCosts()
  costs.observe(1, 0, 1)
  for (let step = 0; step < 30; step++) costs.observe(1, 1 + (step % 16), 1)
  return costs
}

function complete({ prompt, stopSequences = [], constraint, seed }: Case, drafts: boolean) {
  const context = new LlamaContext(library, model, {
    ...{ threads: 1, wideBatchThreads: 1, wideBatchTokens: Number.POSITIVE_INFINITY },
    ...{ kvCacheType: 'f16', kvCache: 'per-sequence', flashAttention: false, maxSequences: 1 },
    ...{ contextWindowTokens: WINDOW_TOKENS, kvCells: WINDOW_TOKENS, maxBatchTokens: MAX_PREFILL_TOKENS + 1 },
    ...{ seed: seed ?? 1, minP: 0.05, reproducible: false },
  })
  const nowMs = () => 0
  const speculation = drafts ? new Speculation({ draftModel: null, nowMs, costs: freeDrafts() }) : null
  const filter = new StopSequenceFilter(stopSequences)
  const scores: ScoredToken[] = []
  let [text, end, generatedTokens] = ['', '', 0]
  const receive = (event: CompletionEvent) => {
    if (event.type === 'completion-tokens') scores.push(...event.tokens)
    for (const passed of end === '' ? filter.push(event) : []) {
      if (passed.type === 'text-delta') text += passed.text
      if (passed.type === 'text-delta') generatedTokens += passed.completionTokens
      if (passed.type === 'completion-end') end = passed.stopReason
    }
  }
  const scheduler = new Scheduler({
    ...{ context, speculation, oneSequencePerBatch: false, nowMs },
    prefillBudget: new PrefillBudget({
      ...{ minTokens: MAX_PREFILL_TOKENS, maxTokens: MAX_PREFILL_TOKENS },
      ...{ mixedStep: STEP_LIMITS, prefillStep: STEP_LIMITS },
    }),
    effects: {
      onEvent: (_, event) => receive(event),
      onError: (_, { message }) => {
        end = message
      },
    },
  })
  scheduler.submit({
    ...{ id: 1, promptTokens: model.vocabulary.tokenize(prompt, false), maxTokens: MAX_TOKENS },
    ...{ lengthStopReason: 'max-tokens', preservedTokens: new Map(), cacheScope: null, isBackground: false },
    ...{ sampling: { temperature: seed === undefined ? 0 : 1, topP: null, topK: null } },
    ...{ constraint: constraint ?? null, logprobs: { top: 2, ofPrompt: false } },
  })
  let steps = 0
  for (; scheduler.hasWork && end === ''; steps++) scheduler.step()
  context.free()
  const [counts = { draftTokens: 0, acceptedTokens: 0 }] = speculation?.takeCounts() ?? []
  const { draftTokens, acceptedTokens } = counts
  const tokens = scores.map((score) => ({
    text: score.text,
    // How much likelier the likeliest token is than the second.
    lead: (score.top[0]?.logprob ?? 0) - (score.top[1]?.logprob ?? Number.NEGATIVE_INFINITY),
  }))
  return { text, end, generatedTokens, steps, draftTokens, acceptedTokens, tokens }
}

/** One completion as this program prints it. */
export type PrintedCompletion = ReturnType<typeof complete>

/** A prompt's completions without drafts and with them. */
export interface PrintedCase {
  readonly prompt: string
  readonly isSampled: boolean
  readonly off: PrintedCompletion
  readonly on: PrintedCompletion
}

const printed = CASES.map(
  (one): PrintedCase => ({
    prompt: one.prompt,
    isSampled: one.seed !== undefined,
    off: complete(one, false),
    on: complete(one, true),
  }),
)
process.stdout.write(JSON.stringify(printed))
