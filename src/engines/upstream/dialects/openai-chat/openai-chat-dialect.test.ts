import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataEvents } from '../../../../../test/scripted-upstream.ts'
import {
  CLOCK,
  readHistory,
  upstreamConversation,
  upstreamHistory,
  WEATHER,
} from '../../../../../test/upstream-histories.ts'
import { type UpstreamSettingsChange, upstreamSettings } from '../../../../../test/upstream-settings.ts'
import { collectCompletion } from '../../../../completion/collected-completion.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Conversation } from '../../../../completion/conversation-prompt.ts'
import type { ToolChoice } from '../../../../completion/tool.ts'
import type { OpenAiServerName } from '../openai/openai-servers.ts'
import { openAiChatDialect } from './openai-chat-dialect.ts'

function chat(server: OpenAiServerName = 'other', change: UpstreamSettingsChange = {}) {
  const warnings: string[] = []
  const onWarning = (warning: string) => warnings.push(warning)
  const settings = upstreamSettings({ server, ...change, kind: 'openai-chat' })
  return {
    encoder: openAiChatDialect.createRequestEncoder(settings, onWarning),
    reader: openAiChatDialect.createResponseReader(settings, onWarning),
    warnings,
  }
}

function bodyOf(
  server: OpenAiServerName,
  conversation: Partial<Conversation>,
  change: Partial<Omit<CompletionRequest, 'prompt'>> = {},
  settings: UpstreamSettingsChange = {},
) {
  return chat(server, settings).encoder.completionRequest(upstreamConversation(conversation, change)).body
}

const TOOLS = [WEATHER, CLOCK]
const FUNCTIONS = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather somewhere.',
      parameters: WEATHER.inputSchema,
    },
  },
  { type: 'function', function: { name: 'get_time', parameters: { type: 'object' }, strict: true } },
]
const THINKING = upstreamConversation({ tools: TOOLS, isThinkingEnabled: true })

function partsOf(events: Parameters<typeof collectCompletion>[0]) {
  return collectCompletion(events).parts
}

describe('OpenAiChatDialect', () => {
  it('sends long names of tools shortened, and gives them back whole', () => {
    const name = `mcp__${'a'.repeat(100)}`
    const request = upstreamConversation(
      { tools: [{ ...WEATHER, name }, CLOCK] },
      { toolChoice: { type: 'tool', name } },
    )
    const { encoder, reader } = chat('vllm')
    const { body } = encoder.completionRequest(request)
    const sent = JSON.stringify(body).match(/mcp__\w+/g)?.[0] ?? ''
    expect(sent).toHaveLength(64)
    expect(body).toMatchObject({ tool_choice: { function: { name: sent } } })
    expect(JSON.stringify(encoder.countRequest(request.prompt)?.body)).toContain(sent)
    const call = { index: 0, id: 'c1', function: { name: sent, arguments: '{}' } }
    const decoder = reader.decoder(request, { address: 'a', redact: (text: string) => text })
    const choices = [{ delta: { tool_calls: [call] }, finish_reason: 'tool_calls' }]
    const read = decoder.read({ name: null, data: JSON.stringify({ choices }) })
    expect(partsOf([...read, ...decoder.end()])).toMatchObject([{ type: 'tool-call', name }])
  })
})

describe('OpenAiChatDialect asks', () => {
  it('for tools', () => {
    const body = bodyOf('other', { tools: TOOLS })
    expect(body).toMatchObject({ messages: [{ role: 'user', content: 'Hi' }], tools: FUNCTIONS })
    for (const name of ['tool_choice', 'parallel_tool_calls', 'response_format', 'chat_template_kwargs'])
      expect(body).not.toHaveProperty(name)
    expect(bodyOf('other', {}, { toolChoice: { type: 'any' } })).not.toHaveProperty('tool_choice')
  })

  it.each<[OpenAiServerName, unknown, unknown]>([
    ['other', 'required', { type: 'function', function: { name: 'get_time' } }],
    ['vllm', 'required', { type: 'function', function: { name: 'get_time' } }],
    ['sglang', 'required', { type: 'function', function: { name: 'get_time' } }],
    ['llama-server', 'required', 'required'],
    ['ollama', undefined, undefined],
  ])('%s for a call, as far as it can be forced', (server, any, named) => {
    const tools = { tools: TOOLS }
    expect(bodyOf(server, tools, { toolChoice: { type: 'any' } }).tool_choice).toEqual(any)
    const body = bodyOf(server, tools, { toolChoice: { type: 'tool', name: 'get_time' } })
    expect(body.tool_choice).toEqual(named)
    // A server that cannot be forced to use a tool is offered that one alone.
    expect(body.tools).toMatchObject(typeof named === 'object' ? FUNCTIONS : FUNCTIONS.slice(1))
  })

  it.each<[ToolChoice, readonly unknown[]]>([
    [{ type: 'auto' }, [undefined, true]],
    [{ type: 'any' }, [true, true]],
    [{ type: 'tool', name: 'get_weather' }, [true, true]],
  ])('vllm for strict tools where one must be called: %j', (toolChoice, strict) => {
    const strictOf = (server: OpenAiServerName) =>
      (bodyOf(server, { tools: TOOLS }, { toolChoice }).tools as typeof FUNCTIONS).map(
        (tool) => tool.function.strict,
      )
    expect(strictOf('vllm')).toEqual(strict)
    expect(strictOf('sglang')).toEqual([undefined, true])
  })

  it('and warns when a server cannot be forced', () => {
    const { encoder, warnings } = chat('ollama')
    const request = upstreamConversation({ tools: TOOLS }, { toolChoice: { type: 'any' } })
    encoder.completionRequest(request)
    encoder.completionRequest(upstreamConversation({ tools: TOOLS }))
    expect(warnings).toHaveLength(1)
  })

  it('for one call at most', () => {
    expect(bodyOf('vllm', { tools: TOOLS }, { allowsParallelToolCalls: false })).toMatchObject({
      parallel_tool_calls: false,
    })
    expect(bodyOf('vllm', {}, { allowsParallelToolCalls: false })).not.toHaveProperty('parallel_tool_calls')
  })

  it('for a reply of a schema', () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } } }
    expect(bodyOf('vllm', { outputSchema: schema }).response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'reply', schema, strict: true },
    })
  })

  it.each<[OpenAiServerName, UpstreamSettingsChange, object, object]>([
    [
      'vllm',
      {},
      { chat_template_kwargs: { enable_thinking: true, thinking: true } },
      { chat_template_kwargs: { enable_thinking: false, thinking: false } },
    ],
    ['ollama', {}, {}, { reasoning_effort: 'none' }],
    ['other', {}, {}, {}],
    ['vllm', { thinkingControl: 'none' }, {}, {}],
    ['other', { thinkingControl: 'effort' }, {}, { reasoning_effort: 'none' }],
  ])('%s (%j) for thinking', (server, settings, thinking, silent) => {
    const fieldsOf = (body: Readonly<Record<string, unknown>>) => ({
      ...('chat_template_kwargs' in body ? { chat_template_kwargs: body.chat_template_kwargs } : {}),
      ...('reasoning_effort' in body ? { reasoning_effort: body.reasoning_effort } : {}),
    })
    expect(fieldsOf(bodyOf(server, { isThinkingEnabled: true }, {}, settings))).toEqual(thinking)
    expect(fieldsOf(bodyOf(server, {}, {}, settings))).toEqual(silent)
  })

  it.each<[OpenAiServerName, UpstreamSettingsChange, object, number | null]>([
    ['llama-server', {}, { thinking_budget_tokens: 2_000 }, 2_064],
    ['llama-server', { thinkingBudgetMode: 'cut' }, {}, 2_000],
    ['vllm', {}, {}, 2_000],
    ['vllm', { thinkingBudgetMode: 'ask' }, { thinking_token_budget: 2_000 }, 2_064],
    ['sglang', { thinkingBudgetMode: 'ask' }, {}, 2_000],
    ['ollama', {}, {}, 2_000],
    ['other', {}, {}, null],
  ])('%s (%j) for thinking within a budget', (server, settings, fields, enough) => {
    const { encoder } = chat(server, settings)
    const request = upstreamConversation({ isThinkingEnabled: true }, { thinkingBudgetTokens: 2_000 })
    const { body } = encoder.completionRequest(request)
    const budget = Object.fromEntries(Object.entries(body).filter(([name]) => name.includes('budget')))
    expect(budget).toEqual(fields)
    expect(encoder.sufficientThinkingTokens(request)).toBe(enough)
    expect(encoder.sufficientThinkingTokens(upstreamConversation({ isThinkingEnabled: true }))).toBeNull()
    expect(encoder.sufficientThinkingTokens(upstreamConversation({}, { thinkingBudgetTokens: 1 }))).toBeNull()
  })

  it('for the count of all of it', () => {
    const { prompt } = upstreamConversation({ tools: TOOLS, isThinkingEnabled: true })
    for (const server of ['vllm', 'llama-server'] as const)
      expect(chat(server).encoder.countRequest(prompt)?.body).toMatchObject({
        messages: [{ role: 'user', content: 'Hi' }],
        tools: FUNCTIONS,
        chat_template_kwargs: { enable_thinking: true },
      })
  })
})

describe('OpenAiChatDialect reads', () => {
  const histories: [string, OpenAiServerName, string, [string, string]][] = [
    ['vllm-tools', 'vllm', '\n\nMoment.', ['chatcmpl-tool-6c1f', 'chatcmpl-tool-9d20']],
    ['sglang-tools', 'sglang', 'Moment.', ['call_8f31', 'call_0b9e']],
    [
      'llama-server-tools',
      'llama-server',
      'Moment.',
      ['lHbvmLcZu4XGihnJOlcwGyM8ZENECQAN', 'AUT4c3Oi7S6rwFSLeuudzky8bw7FHXRd'],
    ],
    ['ollama-tools', 'ollama', 'Moment.', ['call_p1', 'call_p2']],
  ]

  it.each(histories)('the history %s, however its bytes are cut', async (name, server, text, ids) => {
    const bytes = upstreamHistory(name)
    const { reader, warnings } = chat(server)
    const events = await readHistory(reader, bytes, [], THINKING)
    const { parts, end, completionTokens, promptTokens } = collectCompletion(events)
    expect(parts.map((part) => (part.type === 'tool-call' ? { ...part, json: '' } : part))).toEqual([
      { type: 'thinking', text: 'Hm. Größe?', signature: null },
      { type: 'text', text },
      { type: 'tool-call', id: ids[0], name: 'get_weather', json: '' },
      { type: 'tool-call', id: ids[1], name: 'get_time', json: '' },
    ])
    const inputs = parts.flatMap((part) => (part.type === 'tool-call' ? [JSON.parse(part.json)] : []))
    expect(inputs).toEqual([{ city: 'Köln 👩‍🚀' }, {}])
    expect({ end: end?.stopReason, completionTokens, promptTokens }).toEqual({
      end: 'tool-call',
      completionTokens: 33,
      promptTokens: 180,
    })
    expect(warnings).toEqual([])
    for (let cut = 0; cut < bytes.length; cut += 7)
      expect(await readHistory(reader, bytes, [cut], THINKING)).toEqual(events)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
        expect(await readHistory(reader, bytes, cuts, THINKING)).toEqual(events)
      }),
    )
  })

  it('shows no thinking where none is wanted, but counts its tokens', async () => {
    const silent = upstreamConversation({ tools: TOOLS })
    const events = await readHistory(chat('vllm').reader, upstreamHistory('vllm-tools'), [], silent)
    expect(partsOf(events).map((part) => part.type)).toEqual(['text', 'tool-call', 'tool-call'])
    expect(collectCompletion(events).completionTokens).toBe(33)
  })

  it('one call where one is allowed, and leaves the rest', async () => {
    const one = upstreamConversation(
      { tools: TOOLS, isThinkingEnabled: true },
      { allowsParallelToolCalls: false },
    )
    const { reader } = chat('vllm')
    const decoder = reader.decoder(one, { address: 'http://u', redact: (text) => text })
    const sent = upstreamHistory('vllm-tools').toString().split('\n\n')
    const read = sent
      .filter((event) => event !== '')
      .map((event) => decoder.read({ name: null, data: event.slice('data: '.length) }))
    const end = read.findIndex((events) => events.some((event) => event.type === 'completion-end'))
    expect(end).toBe(sent.findIndex((event) => event.includes('get_time')))
    expect(decoder.isEndedEarly).toBe(true)
    const { parts, end: ending } = collectCompletion(read.slice(0, end + 1).flat())
    expect(parts.map((part) => part.type)).toEqual(['thinking', 'text', 'tool-call'])
    expect(ending?.stopReason).toBe('tool-call')
  })

  const choice = (delta: object, reason: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason: reason }],
  })
  const toolCalls = (...calls: object[]) => choice({ tool_calls: calls })
  const called = { index: 0, id: 'a', function: { name: 'get_weather', arguments: '{"city":"K"}' } }
  const read = (server: OpenAiServerName, ...data: unknown[]) => {
    const { reader, warnings } = chat(server)
    const bytes = Buffer.from(dataEvents(...data, '[DONE]').join(''))
    return readHistory(reader, bytes, [], THINKING).then((events) => ({ events, warnings }))
  }

  it.each([
    ['stop', 'tool-call'],
    ['tool_calls', 'tool-call'],
    ['function_call', 'tool-call'],
    ['length', 'max-tokens'],
    ['content_filter', 'refusal'],
  ])('the end %s after a call as %s', async (reason, stopReason) => {
    const { events } = await read('other', toolCalls(called), choice({}, reason))
    expect(collectCompletion(events).end?.stopReason).toBe(stopReason)
  })

  it('an end for calls that never came as an end of the turn', async () => {
    const { events } = await read('other', choice({ content: 'Hi' }), choice({}, 'tool_calls'))
    expect(collectCompletion(events).end?.stopReason).toBe('end-of-generation')
  })

  it.each<[OpenAiServerName, number | null, string]>([
    ['vllm', 64, 'max-tokens'],
    ['vllm', 63, 'context-window'],
    ['vllm', null, 'max-tokens'],
    // It is unknown what all of them count.
    ['other', 63, 'max-tokens'],
  ])('of %s the end "length" at %j of 64 tokens as %s', async (server, tokens, stopReason) => {
    const usage = tokens === null ? {} : { usage: { prompt_tokens: 9, completion_tokens: tokens } }
    const { events } = await read(server, choice({ content: 'Hi' }), choice({}, 'length'), {
      choices: [],
      ...usage,
    })
    expect(collectCompletion(events).end?.stopReason).toBe(stopReason)
  })

  it.each(['tool_calls', 'stop', 'length'])(
    'a call that the token limit cut, reported as %s',
    async (reason) => {
      const half = { index: 0, id: 'a', function: { name: 'get_weather', arguments: '{"city":"K' } }
      const usage = { usage: { prompt_tokens: 9, completion_tokens: 64 } }
      const { events, warnings } = await read('other', toolCalls(half), choice({}, reason), {
        choices: [],
        ...usage,
      })
      expect(partsOf(events)).toMatchObject([{ json: '{"city":"K' }])
      expect(collectCompletion(events).end?.stopReason).toBe('max-tokens')
      expect(warnings).toEqual([])
    },
  )

  it.each<[string, object[], object[]]>([
    [
      'parts',
      [{ content: [{ type: 'text', text: 'Hel' }] }, { content: [{ type: 'text', text: 'lo' }] }],
      [{ type: 'text', text: 'Hello' }],
    ],
    [
      'parts of thinking',
      [{ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }, { content: 'Hello' }],
      [
        { type: 'thinking', text: 'Hm' },
        { type: 'text', text: 'Hello' },
      ],
    ],
    [
      'thinking in a list',
      [{ reasoning_content: [{ type: 'text', text: 'Hm' }] }, { content: 'Hello' }],
      [
        { type: 'thinking', text: 'Hm' },
        { type: 'text', text: 'Hello' },
      ],
    ],
    [
      'thinking in details',
      [{ reasoning_details: [{ type: 'reasoning.text', text: 'Hm' }] }, { content: 'Hello' }],
      [
        { type: 'thinking', text: 'Hm' },
        { type: 'text', text: 'Hello' },
      ],
    ],
    ['parts of an unknown kind', [{ content: [null, 7, { type: 'x' }, 'Hello'] }], [{ text: 'Hello' }]],
  ])('content in %s', async (_, deltas, expected) => {
    const { events } = await read('other', ...deltas.map((delta) => choice(delta)), choice({}, 'stop'))
    expect(partsOf(events)).toMatchObject(expected)
  })

  it.each([
    ['delta.refusal', { content: null, refusal: 'I cannot.' }],
    ['a part', { content: [{ type: 'refusal', refusal: 'I cannot.' }] }],
  ])('the text of a refusal in %s, and its end', async (_, delta) => {
    const { events } = await read('other', choice(delta), choice({}, 'stop'))
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'I cannot.' }])
    expect(collectCompletion(events).end?.stopReason).toBe('refusal')
  })

  it('a call in the field of older servers', async () => {
    const delta = { function_call: { name: 'get_weather', arguments: '{"city":"K"}' } }
    const { events } = await read('other', choice(delta), choice({}, 'function_call'))
    expect(partsOf(events)).toMatchObject([{ name: 'get_weather', json: '{"city":"K"}' }])
  })

  it('a whole message where no part of it came before', async () => {
    const message = { choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] }
    expect(partsOf((await read('other', message)).events)).toMatchObject([{ text: 'Hello' }])
    const repeated = await read('other', choice({ content: 'Hello' }), message)
    expect(partsOf(repeated.events)).toMatchObject([{ text: 'Hello' }])
  })

  it.each([
    [{ prompt_tokens: 0, completion_tokens: 0 }, null, 1],
    [{ prompt_tokens: 7, completion_tokens: 3, prompt_cache_hit_tokens: 4 }, 7, 3],
  ])('counts of %j', async (usage, promptTokens, completionTokens) => {
    const { events } = await read('other', { ...choice({ content: 'Hi' }), usage }, choice({}, 'stop'))
    expect(collectCompletion(events)).toMatchObject({ promptTokens, completionTokens })
  })

  it('a call that is cut short, and a call that its server cut', async () => {
    const half = { index: 0, id: 'a', function: { name: 'get_weather', arguments: '{"city":"K' } }
    const cut = await read('other', toolCalls(half), choice({}, 'length'))
    expect(partsOf(cut.events)).toMatchObject([{ json: '{"city":"K' }])
    const ended = await read('other', toolCalls(half), choice({}, 'stop'))
    expect(partsOf(ended.events)).toMatchObject([{ json: '{"city":"K"}' }])
    expect(ended.warnings).toHaveLength(1)
  })

  it.each<[string, unknown[], object[]]>([
    [
      'an input that is an object already',
      [{ ...called, function: { name: 'f', arguments: { n: 1 } } }],
      [{ name: 'f', json: '{"n":1}' }],
    ],
    ['unknown fields', [{ ...called, extra: [1], type: 'function' }], [{ name: 'get_weather' }]],
    [
      'calls that are none',
      [null, 7, 'x', {}, { index: 0 }, { function: 'f' }, called],
      [{ name: 'get_weather', id: 'a' }],
    ],
    [
      'calls with an index that is none',
      [
        { ...called, index: -1 },
        { ...called, index: '1', id: 'b' },
      ],
      [{ id: 'a' }, { id: 'b' }],
    ],
  ])('%s', async (_, calls, expected) => {
    const { events } = await read('other', choice({ tool_calls: calls }), choice({}, 'tool_calls'))
    expect(partsOf(events)).toMatchObject(expected)
  })

  it('no calls where there is no list of them', async () => {
    const { events } = await read('other', choice({ content: 'Hi', tool_calls: 'x' }), choice({}, 'stop'))
    expect(partsOf(events)).toEqual([{ type: 'text', text: 'Hi' }])
  })

  it('puts text and thinking from inside a call after it', async () => {
    const { events, warnings } = await read(
      'other',
      choice({ reasoning_content: 'Hm.' }),
      toolCalls({ index: 0, id: 'a', function: { name: 'get_weather', arguments: '{"city":' } }),
      choice({ content: 'Wait', reasoning_content: 'Late.' }),
      toolCalls({ index: 0, function: { arguments: '"K"}' } }),
      choice({ content: ' there.' }, 'stop'),
    )
    expect(partsOf(events)).toMatchObject([
      { type: 'thinking', text: 'Hm.' },
      { type: 'tool-call', json: '{"city":"K"}' },
      { type: 'thinking', text: 'Late.' },
      { type: 'text', text: 'Wait there.' },
    ])
    expect(warnings).toEqual([])
    expect(collectCompletion(events).completionTokens).toBe(5)
  })

  it.each([
    ['no JSON', '{"city": Köln}'],
    ['no object', '["Köln"]'],
  ])('no call with an input that is %s', async (_, json) => {
    const bad = { index: 0, id: 'a', function: { name: 'get_weather', arguments: json } }
    await expect(read('other', toolCalls(bad), choice({}, 'tool_calls'))).rejects.toMatchObject({
      kind: 'malformed-tool-call',
    })
  })

  it('no call without a name', async () => {
    const nameless = { index: 0, id: 'a', function: { arguments: '{}' } }
    await expect(read('other', toolCalls(nameless), choice({}, 'tool_calls'))).rejects.toMatchObject({
      kind: 'malformed-tool-call',
    })
  })
})
