import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flatEvents } from '../../../test/flat-events.ts'
import { llamaSettings } from '../../../test/llama-settings.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { rawPrompt, tokenPrompt } from '../../completion/prompt.ts'
import type { ScoredToken } from '../../completion/scored-token.ts'
import { LlamaEngine } from './llama-engine.ts'

const DEMO_MODEL = fileURLToPath(new URL('../../../models/continuo-demo.gguf', import.meta.url))
const NEVER = new AbortController().signal
const QUESTION = '\n\nHuman: What is 17 + 25?\n\nAssistant:'

function requestOf(prompt: Prompt, change: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    modelId: 'm',
    prompt,
    maxTokens: 1,
    stopSequences: [],
    sampling: { temperature: 0, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
    logprobs: { top: 2, ofPrompt: true },
    ...change,
  }
}

const textsOf = (tokens: readonly ScoredToken[]) => tokens.map(({ text }) => text)

describe('LlamaEngine, scoring tokens', () => {
  let engine: LlamaEngine
  beforeAll(async () => {
    const fixed = { threads: 1, kvCache: 'per-sequence', flashAttention: false, maxSequences: 4 } as const
    engine = await LlamaEngine.open({ settings: llamaSettings({ model: DEMO_MODEL, ...fixed }) })
  }, 60_000)
  afterAll(() => engine.close())

  async function score(request: CompletionRequest) {
    const [ofPrompt, ofCompletion]: [ScoredToken[], ScoredToken[]] = [[], []]
    let text = ''
    for await (const event of flatEvents(engine.generate(request, NEVER))) {
      if (event.type === 'prompt-tokens') ofPrompt.push(...event.tokens)
      if (event.type === 'completion-tokens') ofCompletion.push(...event.tokens)
      if (event.type === 'text-delta') text += event.text
    }
    return { ofPrompt, ofCompletion, text }
  }

  it('scores a prompt as it would a completion of the same text', async () => {
    const generated = await score(requestOf(rawPrompt(QUESTION), { maxTokens: 8 }))
    expect(generated.text).toBe(' 42')
    expect(generated.ofCompletion.at(-1)?.isControl).toBe(true)
    const written = await score(requestOf(rawPrompt(`${QUESTION} 42`)))
    expect(textsOf(written.ofPrompt).slice(1).join('')).toBe(`${QUESTION} 42`)
    const tail = written.ofPrompt.slice(generated.ofPrompt.length)
    expect(textsOf(tail)).toEqual(textsOf(generated.ofCompletion).slice(0, -1))
    for (const [index, token] of tail.entries()) {
      expect(token.logprob).toBeCloseTo(generated.ofCompletion[index]?.logprob ?? 1, 2)
    }
  })

  it('gives the right answer a better score than a wrong one', async () => {
    const sumFor = async (sum: string) => {
      const { ofPrompt } = await score(requestOf(rawPrompt(`${QUESTION} ${sum}`)))
      return ofPrompt.slice(-2).reduce((sum, { logprob }) => sum + (logprob ?? 0), 0)
    }
    expect(await sumFor('42')).toBeGreaterThan((await sumFor('57')) + 1)
  })

  it('scores every token of long prompts, several at a time', async () => {
    const prompts = ['one two ', 'three four five ', 'six '].map((words) => rawPrompt(words.repeat(60)))
    const alone = await score(requestOf(prompts[0] ?? rawPrompt('')))
    const together = await Promise.all(prompts.map((prompt) => score(requestOf(prompt))))
    for (const [index, { ofPrompt }] of together.entries()) {
      expect(textsOf(ofPrompt).slice(1).join('')).toBe(prompts[index]?.text)
      expect(ofPrompt.slice(1).every(({ logprob, top }) => (logprob ?? 1) <= 0 && top.length === 2)).toBe(
        true,
      )
    }
    const difference = (token: ScoredToken, index: number) =>
      Math.abs((token.logprob ?? 0) - (alone.ofPrompt[index]?.logprob ?? 0))
    expect(Math.max(...(together[0]?.ofPrompt ?? []).map(difference))).toBeLessThan(0.1)
  })

  it('takes a prompt as tokens, and refuses those that its model does not have', async () => {
    const tokens = Array.from({ length: 20 }, (_, index) => index * 7 + 100)
    const { ofPrompt } = await score(requestOf(tokenPrompt(tokens)))
    expect(ofPrompt).toHaveLength(tokens.length)
    expect(await engine.countTokens(tokenPrompt(tokens), NEVER)).toBe(tokens.length)
    await expect(score(requestOf(tokenPrompt([1, 9_999_999])))).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringMatching(/^prompt: the model has no token 9999999: its tokens are 0 to \d+$/),
    })
  })
})
