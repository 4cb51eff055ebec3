import { describe, expect, it } from 'vitest'
import { isLimitOfModel, readLengthRefusal } from './read-length-refusal.ts'

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

  it.each([
    [
      'The prompt (total length 25938) is too long to fit into the model (context length 4096).',
      25_938,
      4_096,
    ],
    ['The decoder prompt (length 66501) is longer than the maximum model length of 65536.', 66_501, 65_536],
    ['The number of tokens to keep is greater (n_keep: 13055>= n_ctx: 4096). Try', 13_055, 4_096],
    ['Trying to keep the first 9 tokens. However, it has a context length of only 4 tokens, so', 9, 4],
    ['Prompt contains 9 tokens and 0 draft tokens, too large for model with 4 maximum context length', 9, 4],
    ['The input token count (9) exceeds the maximum number of tokens allowed (4).', 9, 5],
    ['prompt token count of 9 exceeds the limit of 4', 9, 5],
    ["This model's maximum prompt length is 4 but the request contains 9 tokens.", 9, 5],
    ['Please reduce the length of the messages. Current length is 9 while limit is 4', 9, 4],
    ['Requested tokens (9) exceed context window of 4', 9, 4],
    ['The prompt is too long: 9, model maximum context length: 4', 9, 4],
    ['`inputs` tokens + `max_new_tokens` must be <= 4. Given: 9 `inputs` tokens and', 9, 4],
    ['Your request exceeded model token limit: 4 (requested: 9)', 9, 4],
    ['maximum context length is 4 tokens. However, you requested about 9 tokens (9 of text input).', 9, 4],
    ['Range of input length should be [1, 4]', null, 5],
    ['Input validation error: `inputs` must have less than 4 tokens. Given: 9', 9, 4],
    ['Request prompt has 9 tokens in total, larger than the model input length limit 4.', 9, 5],
    ['the input token count is 9 but model only supports up to 4. Reduce the input token count', 9, 5],
    ['The maximum context length of Llama-3.1-8B is 4. However, the answer request has 9 tokens', 9, 4],
    ['the max input characters is 20000', null, null],
    ['Your input exceeds the context window of this model.', null, null],
    ['Input is too long for requested model.', null, null],
    ['Prompt exceeds max length', null, null],
    ['too many tokens: the prompt', null, null],
  ])('reads a prompt that is too long in %j', (text, promptTokens, contextWindowTokens) => {
    const expected = { promptTokens, contextWindowTokens, maxCompletionTokens: null }
    expect(readLengthRefusal(text)).toEqual(expected)
  })

  it.each([
    'Invalid max_tokens value, the valid range of max_tokens is [1, 8192]',
    '`max_tokens` must be less than or equal to `8192`, the maximum value',
    'max_tokens is too large: 100000. This model supports at most 8192 completion tokens, whereas',
    "max_tokens (100000) exceeds model's maximum output tokens (8192) for model x",
    'max_completion_tokens cannot be greater than 8192',
    'The maximum tokens you requested exceeds the model limit of 8192. Try again with a lower value.',
  ])('reads a completion that is too long in %j', (text) => {
    expect(readLengthRefusal(text)?.maxCompletionTokens).toBe(8_192)
  })

  it.each([
    'prompt_cache_key exceeds 64 characters',
    'max_tokens must be greater than 0',
    'The name of a tool is too long',
  ])('passes %j over', (text) => {
    expect(readLengthRefusal(text)).toBeNull()
  })

  it.each(['', 'temperature: range: 0..1', 'max_tokens must be at least 1'])('passes %j over', (text) => {
    expect(readLengthRefusal(text)).toBeNull()
  })

  it.each([
    ['max_tokens must be between 1 and 4096', 4096],
    ['max_tokens must be in range [1, 8192]', 8192],
    ['The max_tokens (100000) exceeds the limit of 4096 tokens', 4096],
    ['the maximum value for max_tokens is 8192', 8192],
    ['max_tokens: Input should be less than or equal to 8192', 8192],
    [
      "Invalid 'max_tokens': integer above maximum value. Expected a value <= 4096, but got 100000 instead.",
      4096,
    ],
    ['max_tokens is limited to 4096 for this model', 4096],
    ['The requested max_tokens of 100000 is greater than the maximum of 8192', 8192],
    ['Number of output tokens (100000) exceeds the maximum allowed (8192)', 8192],
    ['maxOutputTokens must be at most 65536', 65_536],
    [
      '`max_tokens` must be less than or equal to `16384`, the maximum value for `max_tokens` is less than the `context_window` for this model',
      16_384,
    ],
  ])('knows a limit of the model: %s', (text, maxCompletionTokens) => {
    expect(readLengthRefusal(text)).toMatchObject({ maxCompletionTokens })
    expect(isLimitOfModel(text)).toBe(true)
  })

  it('does not take what one prompt leaves for a limit of the model', () => {
    const text = 'max_tokens must be at most 96, since the prompt has 4000 tokens'
    expect(isLimitOfModel(text)).toBe(false)
    expect(readLengthRefusal('max_tokens is a strange name')).toBeNull()
  })
})
