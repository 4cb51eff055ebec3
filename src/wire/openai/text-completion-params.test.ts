import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import type { EngineCapabilities } from '../../completion/engine.ts'
import { parseTextCompletionParams } from './text-completion-params.ts'

const OK = { model: 'alias', prompt: 'Once' }

function parse(change: object, capabilities: Partial<EngineCapabilities> = {}) {
  return parseTextCompletionParams(
    { ...OK, ...change },
    {
      resolveModel: (id) => `resolved ${id}`,
      capabilitiesOf: () => ({
        tools: false,
        images: false,
        outputSchema: false,
        rawPrompts: true,
        logprobs: 'prompt',
        ...capabilities,
      }),
    },
  )
}

describe('parseTextCompletionParams', () => {
  it('has OpenAI’s defaults for what is left out', () => {
    const request = {
      modelId: 'resolved alias',
      prompt: expect.objectContaining({ text: 'Once' }),
      maxTokens: 16,
      stopSequences: [],
      sampling: { temperature: 1, topP: null, topK: null },
      ...NO_TOOLS_OR_THINKING,
    }
    expect(parse({ unknown: 1 })).toEqual({
      request,
      choices: [request],
      choicesPerPrompt: 1,
      stream: false,
      includeUsage: false,
      echo: false,
      topLogprobs: null,
    })
  })

  it.each<[object, object]>([
    [
      { stream: true, stream_options: { include_usage: true } },
      { stream: true, includeUsage: true },
    ],
    [{ echo: true }, { echo: true }],
    [{ prompt: ['Once'] }, { request: { prompt: { text: 'Once' } } }],
    [{ max_tokens: 7 }, { request: { maxTokens: 7 } }],
    [{ best_of: 1, suffix: '', n: 1 }, { request: { maxTokens: 16 } }],
    [{ logprobs: 0 }, { topLogprobs: 0, request: { logprobs: { top: 0, ofPrompt: false } } }],
    [
      { logprobs: 3, echo: true },
      { topLogprobs: 3, request: { logprobs: { top: 3, ofPrompt: true } } },
    ],
    [{ prompt: [5, 7] }, { request: { prompt: { text: '', tokens: [5, 7] } } }],
    [
      { prompt: [5], echo: true },
      { topLogprobs: null, request: { logprobs: { top: 0, ofPrompt: true } } },
    ],
    [{ max_tokens: 0, echo: true }, { request: { maxTokens: 0 } }],
    [{ best_of: null, logprobs: null, suffix: null, echo: null }, { echo: false }],
  ])('reads %j', (change, params) => {
    expect(parse(change)).toMatchObject(params)
  })

  it('has a completion for each prompt, as often as asked for', () => {
    const { choices, choicesPerPrompt } = parse({ prompt: ['a', [5], 'b'], n: 2, best_of: 2 })
    expect(choices.map(({ prompt }) => prompt.tokens ?? prompt.text)).toEqual(['a', 'a', [5], [5], 'b', 'b'])
    expect(choicesPerPrompt).toBe(2)
  })

  const neither = 'Input should be a text, a list of token ids, or a list of either'
  it.each<[object, string]>([
    [{ model: undefined }, 'model: Field required'],
    [{ prompt: undefined }, `prompt: ${neither}`],
    [{ prompt: '' }, 'prompt: String should have at least 1 character'],
    [{ prompt: [''] }, 'prompt: String should have at least 1 character'],
    [{ prompt: [] }, 'prompt: String should have at least 1 character'],
    [{ prompt: ['a', ''] }, 'prompt: String should have at least 1 character'],
    [{ prompt: [[]] }, 'prompt: String should have at least 1 character'],
    [{ prompt: [1, 'a'] }, `prompt: ${neither}`],
    [{ prompt: [-1] }, `prompt: ${neither}`],
    [{ prompt: [1.5] }, `prompt: ${neither}`],
    [{ prompt: ['a', {}] }, `prompt: ${neither}`],
    [{ prompt: Array(129).fill('a') }, 'prompt: List should have at most 128 prompts'],
    [
      { prompt: Array(65).fill('a'), n: 2 },
      'n: at most 128 completions are made for a request, not 2 for each of 65 prompts',
    ],
    [{ n: 0 }, 'n: Input should be greater than or equal to 1'],
    [{ best_of: 2 }, 'best_of: this server does not rank completions: send as many as `n`'],
    [{ max_tokens: 0 }, 'max_tokens: 0 is for `echo` alone'],
    [{ max_tokens: -2 }, 'max_tokens: Input should be greater than or equal to 0'],
    [{ logprobs: 21 }, 'logprobs: Input should be less than or equal to 20'],
    [{ logprobs: -1 }, 'logprobs: Input should be greater than or equal to 0'],
    [{ suffix: 'x' }, 'suffix: a text to end before is not supported'],
    [{ echo: 1 }, 'echo: Input should be a valid boolean'],
  ])('refuses %j', (change, message) => {
    expect(() => parse(change)).toThrow(refusal(message))
  })

  it('refuses models that take turns only', () => {
    expect(() => parse({}, { rawPrompts: false })).toThrow(
      refusal(
        "prompt: model 'resolved alias' takes turns, not a text: use /v1/chat/completions or /v1/messages.",
      ),
    )
  })

  it('refuses scores that the engine does not have', () => {
    expect(() => parse({ logprobs: 1 }, { logprobs: 'none' })).toThrow(
      refusal("logprobs: the engine of model 'resolved alias' has no log probabilities"),
    )
    expect(() => parse({ logprobs: 1, echo: true }, { logprobs: 'completion' })).toThrow(
      refusal("echo: the engine of model 'resolved alias' has no log probabilities of prompts"),
    )
    expect(parse({ echo: true }, { logprobs: 'none' }).echo).toBe(true)
  })
})
