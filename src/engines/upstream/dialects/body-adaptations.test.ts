import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../util/json-object.ts'
import { type AdaptationName, adaptationFor, adaptedBody, BODY_ADAPTATIONS } from './body-adaptations.ts'

const NAMED = { type: 'function', function: { name: 'look' } }
const TOOLS = ['look', 'go'].map((name) => ({ type: 'function', function: { name, strict: true } }))
const CALLING = { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function' }] }
const RESULT = { role: 'tool', tool_call_id: 'call_1', content: 'rain' }

const withBreakpoints = (breakpoint: object) => ({
  system: [{ type: 'text', text: 'a', ...breakpoint }],
  tools: [{ name: 't', ...breakpoint }],
  messages: [
    { role: 'user', content: 'Hi' },
    {
      role: 'user',
      content: [{ type: 'tool_result', content: [{ type: 'text', ...breakpoint }], ...breakpoint }],
    },
  ],
})

/** Texts of servers in use, the refused body, the change, and the body that is sent next. */
const REFUSALS: readonly [string, JsonObject, AdaptationName, JsonObject][] = [
  [
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    { max_tokens: 9 },
    'max-completion-tokens',
    { max_completion_tokens: 9 },
  ],
  [
    'Unrecognized request argument supplied: max_tokens',
    { max_tokens: 9 },
    'max-completion-tokens',
    { max_completion_tokens: 9 },
  ],
  [
    'Unrecognized request argument supplied: max_completion_tokens',
    { max_completion_tokens: 9 },
    'max-tokens',
    { max_tokens: 9 },
  ],
  [
    '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    { temperature: 0.5, top_p: 1 },
    'one-of-temperature-and-top-p',
    { temperature: 0.5 },
  ],
  [
    'Only one of temperature and top_p may be given.',
    { temperature: 1, top_p: 0.9 },
    'one-of-temperature-and-top-p',
    { top_p: 0.9 },
  ],
  [
    '`temperature` must be strictly positive',
    { temperature: 0 },
    'positive-temperature',
    { temperature: 0.01 },
  ],
  [
    '`top_p` must be 1 when using greedy sampling.',
    { temperature: 0, top_p: 0.9 },
    'no-top-p-at-temperature-0',
    { temperature: 0 },
  ],
  [
    "Unsupported parameter: 'top_p' is not supported with this model.",
    { temperature: 1, top_p: 1 },
    'no-default-top-p',
    { temperature: 1 },
  ],
  ['`top_p` must be > 0.0 and < 1.0', { top_p: 1 }, 'no-default-top-p', {}],
  ["Unsupported parameter: 'top_p'", { top_p: 0.9 }, 'no-top-p', {}],
  [
    "Unsupported value: 'temperature' does not support 0.5 with this model.",
    { temperature: 0.5 },
    'no-temperature',
    {},
  ],
  ["property 'top_k' is unsupported", { top_k: 5 }, 'no-top-k', {}],
  ['topK: unknown field', { top_k: -1 }, 'no-default-top-k', {}],
  [
    'body.stream_options.continuous_usage_stats: Extra inputs are not permitted',
    { stream_options: { include_usage: true, continuous_usage_stats: true } },
    'no-continuous-usage',
    { stream_options: { include_usage: true } },
  ],
  [
    'body.stream_options.include_usage: Extra inputs are not permitted',
    { stream_options: { include_usage: true }, stream: true },
    'no-stream-options',
    { stream: true },
  ],
  ['parallel_tool_calls is not supported', { parallel_tool_calls: false }, 'no-parallel-tool-calls', {}],
  [
    'chat_template is not supported for Mistral tokenizers.',
    { chat_template_kwargs: { thinking: true } },
    'no-template-settings',
    {},
  ],
  [
    'reasoning_effort is not supported by this model',
    { reasoning_effort: 'none' },
    'no-reasoning-effort',
    {},
  ],
  [
    'thinking: Extra inputs are not permitted',
    { thinking: { type: 'disabled' } },
    'no-disabled-thinking',
    {},
  ],
  [
    "property 'tools.0.function.strict' is unsupported",
    { tools: TOOLS },
    'no-strict-tools',
    { tools: ['look', 'go'].map((name) => ({ type: 'function', function: { name } })) },
  ],
  [
    "Invalid tool_choice type: 'object'. Supported string values: none, auto, required",
    { tools: TOOLS, tool_choice: NAMED },
    'named-tool-alone',
    { tools: TOOLS.slice(0, 1), tool_choice: 'required' },
  ],
  [
    'deepseek-reasoner does not support this tool_choice',
    { tools: TOOLS, tool_choice: 'required' },
    'no-tool-choice',
    { tools: TOOLS },
  ],
  [
    "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum length 40, but got a string with length 64 instead.",
    { messages: [CALLING, RESULT] },
    'call-ids-of-nine-characters',
    {
      messages: [
        { ...CALLING, tool_calls: [{ id: 'Bu09e4fdz', type: 'function' }] },
        { ...RESULT, tool_call_id: 'Bu09e4fdz' },
      ],
    },
  ],
  [
    'Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.',
    { messages: [CALLING, RESULT] },
    'call-ids-of-nine-characters',
    {
      messages: [
        { ...CALLING, tool_calls: [{ id: 'Bu09e4fdz', type: 'function' }] },
        { ...RESULT, tool_call_id: 'Bu09e4fdz' },
      ],
    },
  ],
  [
    'Missing `reasoning_content` field in the assistant message at message index 0.',
    { messages: [CALLING, RESULT] },
    'thinking-of-every-turn',
    { messages: [{ ...CALLING, reasoning_content: ' ' }, RESULT] },
  ],
  [
    'The `reasoning_content` in the thinking mode must be passed back to the API.',
    { messages: [{ ...CALLING, reasoning: 'Hm.' }, CALLING, RESULT] },
    'thinking-of-every-turn',
    {
      messages: [
        { ...CALLING, reasoning: 'Hm.', reasoning_content: 'Hm.' },
        { ...CALLING, reasoning_content: ' ' },
        RESULT,
      ],
    },
  ],
  [
    'system.0.cache_control.ephemeral.ttl: Extra inputs are not permitted',
    withBreakpoints({ cache_control: { type: 'ephemeral', ttl: '1h' } }),
    'no-cache-ttl',
    withBreakpoints({ cache_control: { type: 'ephemeral' } }),
  ],
  [
    'tools.0.cache_control: Extra inputs are not permitted',
    withBreakpoints({ cache_control: { type: 'ephemeral' } }),
    'no-cache-control',
    withBreakpoints({}),
  ],
  [
    "'messages.0': property 'reasoning_content' is unsupported",
    { messages: [{ ...CALLING, reasoning_content: 'Hm.' }, RESULT] },
    'no-thinking-in-history',
    { messages: [CALLING, RESULT] },
  ],
]

describe('adaptationFor', () => {
  it.each(REFUSALS)('reads: %s', (text, body, name, adapted) => {
    expect(adaptationFor({ text: text.toLowerCase(), body }, new Set())).toBe(name)
    expect(adaptedBody(body, new Set([name]))).toEqual(adapted)
  })

  it('finds nothing in refusals of something else, or of what was not sent', () => {
    const body = { temperature: 1, messages: [CALLING, RESULT], max_tokens: 9 }
    for (const text of [
      'no such model',
      'top_p is not supported',
      'temperatures are high',
      'bad max_tokens',
    ]) {
      expect(adaptationFor({ text, body }, new Set())).toBeNull()
    }
    expect(
      adaptationFor({ text: 'temperature?', body }, new Set(['no-default-temperature', 'no-temperature'])),
    ).toBeNull()
  })
})

describe('BODY_ADAPTATIONS', () => {
  it('covers every change with a refusal, but for fields that are plainly left out', () => {
    const tested = new Set(REFUSALS.map(([, , name]) => name))
    const untested = Object.keys(BODY_ADAPTATIONS).filter((name) => !tested.has(name as AdaptationName))
    expect(untested).toEqual([
      'no-default-temperature',
      'no-repeat-penalty',
      'no-thinking-token-budget',
      'no-thinking-budget-tokens',
    ])
  })

  it('changes nothing in a body that lacks the field', () => {
    for (const name of Object.keys(BODY_ADAPTATIONS)) {
      expect(adaptedBody({ model: 'm' }, new Set([name as AdaptationName]))).toEqual({ model: 'm' })
    }
  })
})
