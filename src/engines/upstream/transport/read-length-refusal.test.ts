import { describe, expect, it } from 'vitest'
import { readLengthRefusal } from './read-length-refusal.ts'

describe('readLengthRefusal', () => {
  it.each([
    ['Claude', 'prompt is too long: 210000 tokens > 200000 maximum', 210_000, 200_001, null],
    [
      'Claude, of both',
      'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again',
      188_240,
      200_000,
      null,
    ],
    [
      'Claude, of the completion',
      'max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5',
      null,
      null,
      64_000,
    ],
    [
      'llama-server',
      'request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it',
      5_000,
      4_096,
      null,
    ],
    [
      'an older llama-server',
      'the request exceeds the available context size, try increasing it',
      null,
      null,
      null,
    ],
    [
      'SGLang',
      "Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 100012 tokens: 12 tokens from the input messages and 100000 tokens for the completion. Please reduce …",
      12,
      8_192,
      null,
    ],
    [
      'SGLang, of the prompt',
      "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
      9_000,
      8_192,
      null,
    ],
    [
      'vLLM',
      "You passed 93 input tokens and requested 8100 output tokens. However, the model's context length is only 8192 tokens, resulting in a maximum input length of 92 tokens. Please reduce the length of the input prompt.",
      null,
      8_192,
      null,
    ],
    [
      'vLLM, of characters',
      "You passed 90000 input characters and requested 16 output tokens. However, the model's context length is only 8192 tokens, resulting in a maximum input length of 8176 tokens (at most 81760 characters).",
      null,
      8_192,
      null,
    ],
    [
      'vLLM, of the completion',
      'max_tokens=100000cannot be greater than max_model_len=max_total_tokens=8192. Please request fewer output tokens.',
      null,
      8_192,
      null,
    ],
    [
      'a vLLM between',
      "This model's maximum context length is 16384 tokens. However, you requested 8192 output tokens and your prompt contains at least 8193 input tokens, for a total of at least 16385 tokens.",
      null,
      16_384,
      null,
    ],
    [
      'OpenAI',
      "This model's maximum context length is 4097 tokens. However, you requested 5012 tokens (12 in the messages, 5000 in the completion). Please reduce …",
      12,
      4_097,
      null,
    ],
    [
      'OpenAI, of the messages',
      "This model's maximum context length is 4,097 tokens. However, your messages resulted in 5,000 tokens.",
      5_000,
      4_097,
      null,
    ],
  ])('reads what %s says', (_, text, promptTokens, contextWindowTokens, maxCompletionTokens) => {
    expect(readLengthRefusal(text)).toEqual({ promptTokens, contextWindowTokens, maxCompletionTokens })
  })

  it.each(['', 'temperature: range: 0..1', 'max_tokens must be at least 1'])('passes %j over', (text) => {
    expect(readLengthRefusal(text)).toBeNull()
  })
})
