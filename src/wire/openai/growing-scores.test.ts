import { describe, test } from 'vitest'
import { expectLinearCost } from '../../../test/cost-growth.ts'
import { many } from '../../../test/growing-values.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { ScoredToken } from '../../completion/scored-token.ts'
import { chatCompletionFormat } from './chat-completion-format.ts'
import { textCompletionFormat } from './text-completion-format.ts'
import { parseTextCompletionParams } from './text-completion-params.ts'

// Responses with more and more scored tokens, and prompts of more and more tokens.

const START: CompletionEvent = { type: 'completion-start', promptTokens: 1 }
const END: CompletionEvent = { type: 'completion-end', stopReason: 'stop-sequence', stopSequence: 'x' }
const TOP = { text: 'b', bytes: null, logprob: -2 }
const scored = (text: string): ScoredToken => ({
  text,
  bytes: null,
  logprob: -1,
  top: [TOP],
  isControl: false,
})
const tokens = (type: 'prompt-tokens' | 'completion-tokens', count: number): CompletionEvent => ({
  type,
  tokens: many(count, () => scored('a')),
})
const text = (words: string): CompletionEvent => ({ type: 'text-delta', text: words, completionTokens: 1 })

/** Scores with the text of each, scores before all of their text, and those of a prompt. */
const RESPONSES: readonly [string, number, (size: number) => CompletionEvent[]][] = [
  [
    'tokens, one by one',
    1_000,
    (size) => many(size, () => [tokens('completion-tokens', 1), text('a')]).flat(),
  ],
  [
    'tokens long before their text',
    2_000,
    (size) => [tokens('completion-tokens', size), ...many(size, () => text('a'))],
  ],
  ['tokens of a prompt', 2_000, (size) => [tokens('prompt-tokens', size), text('a')]],
]

describe('the scores of a response', () => {
  const formats = {
    'text completion': () =>
      textCompletionFormat({ modelId: 'm', echoes: [''], topLogprobs: 1, includeUsage: false, nowMs: 0 }),
    'chat completion': () =>
      chatCompletionFormat({
        modelId: 'm',
        usesFunctions: false,
        isScored: true,
        includeUsage: false,
        nowMs: 0,
      }),
  }

  for (const [name, format] of Object.entries(formats)) {
    test.each(RESPONSES)(`${name}, with many %s`, async (_, size, eventsOf) => {
      const make = (of: number) => [START, ...eventsOf(of), END]
      await expectLinearCost({ make, run: (events) => void JSON.stringify(format().body(events)) }, size)
    })

    test.each(RESPONSES)(`${name}, streamed with many %s`, async (_, size, eventsOf) => {
      const run = (events: readonly CompletionEvent[]) => {
        const writer = format().streamWriter()
        writer.open({ type: 'completion-start', promptTokens: 1 })
        for (const event of events) Buffer.byteLength(writer.write([event]))
      }
      await expectLinearCost({ make: (of: number) => [...eventsOf(of), END], run }, size)
    })
  }
})

describe('the prompts of a text completion', () => {
  const run = (prompt: unknown) =>
    parseTextCompletionParams(
      { model: 'm', prompt, n: 1 },
      {
        resolveModel: (id) => id,
        capabilitiesOf: () => ({ tools: false, images: false, outputSchema: false, rawPrompts: true }),
      },
    )
  test.each<[string, number, (size: number) => unknown]>([
    ['tokens', 50_000, (size) => many(size, (index) => index)],
    ['tokens of several prompts', 1_000, (size) => many(100, () => many(size, (index) => index))],
  ])('%s', async (_, size, make) => {
    await expectLinearCost({ make, run: (prompt) => void run(prompt) }, size)
  })
})
