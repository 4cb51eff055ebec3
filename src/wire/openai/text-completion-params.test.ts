import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { parseTextCompletionParams } from './text-completion-params.ts'

const OK = { model: 'alias', prompt: 'Once' }

function parse(change: object, rawPrompts = true) {
  return parseTextCompletionParams(
    { ...OK, ...change },
    {
      resolveModel: (id) => `resolved ${id}`,
      capabilitiesOf: () => ({ tools: false, images: false, outputSchema: false, rawPrompts }),
    },
  )
}

describe('parseTextCompletionParams', () => {
  it('has OpenAI’s defaults for what is left out', () => {
    expect(parse({ unknown: 1 })).toEqual({
      request: {
        modelId: 'resolved alias',
        prompt: expect.objectContaining({ text: 'Once' }),
        maxTokens: 16,
        stopSequences: [],
        sampling: { temperature: 1, topP: null, topK: null },
        ...NO_TOOLS_OR_THINKING,
      },
      stream: false,
      includeUsage: false,
      echo: false,
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
    [{ best_of: 1, logprobs: 0, suffix: '', n: 1 }, { request: { maxTokens: 16 } }],
    [{ best_of: null, logprobs: null, suffix: null, echo: null }, { echo: false }],
  ])('reads %j', (change, params) => {
    expect(parse(change)).toMatchObject(params)
  })

  const oneText = 'Input should be one text; lists of several, and tokens, are not supported'
  it.each<[object, string]>([
    [{ model: undefined }, 'model: Field required'],
    [{ prompt: undefined }, `prompt: ${oneText}`],
    [{ prompt: '' }, 'prompt: String should have at least 1 character'],
    [{ prompt: [''] }, 'prompt: String should have at least 1 character'],
    [{ prompt: ['a', 'b'] }, `prompt: ${oneText}`],
    [{ prompt: [1] }, `prompt: ${oneText}`],
    [{ best_of: 2 }, 'best_of: only one completion is made for a request'],
    [{ logprobs: 1 }, 'logprobs: log probabilities are not available on this server'],
    [{ suffix: 'x' }, 'suffix: a text to end before is not supported'],
    [{ echo: 1 }, 'echo: Input should be a valid boolean'],
  ])('refuses %j', (change, message) => {
    expect(() => parse(change)).toThrow(refusal(message))
  })

  it('refuses models that take turns only', () => {
    expect(() => parse({}, false)).toThrow(
      refusal(
        "prompt: model 'resolved alias' takes turns, not a text: use /v1/chat/completions or /v1/messages.",
      ),
    )
  })
})
