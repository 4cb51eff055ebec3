import { describe, it } from 'vitest'
import { expectLinearCost } from '../../../../test/cost-growth.ts'
import type { PromptPart } from '../protocol/engine-command.ts'
import { PromptTokenizer } from './prompt-tokenizer.ts'

const WINDOW_TOKENS = 10_000

const part = (text: string): PromptPart => ({ text, parseSpecial: false })

describe('PromptTokenizer', () => {
  it('costs as much more as a text without spaces is longer', async () => {
    const NOTHING = new Int32Array()
    const vocabulary = { startTokens: NOTHING, tokenize: () => NOTHING, tokenizeAsync: async () => NOTHING }
    const tokenizer = new PromptTokenizer(vocabulary as never, WINDOW_TOKENS, () => undefined)
    const make = (size: number) => [part('a'.repeat(size))]
    const run = (parts: readonly PromptPart[]) =>
      new Promise((done) => tokenizer.add({ id: 1, parts, countsAll: true, done }))
    await expectLinearCost({ make, run }, 2_000_000)
  })
})
