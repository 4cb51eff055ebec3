import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataEvents } from '../../../../../test/scripted-upstream.ts'
import {
  CLOCK,
  FULL_PROMPT,
  PLAIN_PROMPT,
  readHistory,
  summaryOf,
  upstreamConversation,
  upstreamHistory,
  upstreamRequest,
  WEATHER,
} from '../../../../../test/upstream-histories.ts'
import { type UpstreamSettingsChange, upstreamSettings } from '../../../../../test/upstream-settings.ts'
import { collectCompletion } from '../../../../completion/collected-completion.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import { claudeMessagesDialect } from './claude-messages-dialect.ts'
import type { ClaudeServer } from './claude-servers.ts'

function encoder(settings: UpstreamSettingsChange = {}, warnings: string[] = []) {
  return claudeMessagesDialect.createRequestEncoder(
    upstreamSettings({ ...settings, kind: 'claude-messages' }),
    (warning) => warnings.push(warning),
  )
}

const reader = claudeMessagesDialect.createResponseReader(
  upstreamSettings({ kind: 'claude-messages' }),
  () => undefined,
)

const TWO_TOOLS = ['a', 'b'].map((name) => ({
  name,
  description: null,
  inputSchema: { type: 'object' },
  isStrict: false,
}))

describe('ClaudeMessagesDialect', () => {
  it('makes system and messages of a prompt and keeps the prefill', () => {
    expect(encoder().completionRequest(upstreamRequest(FULL_PROMPT))).toEqual({
      path: '/v1/messages',
      body: {
        model: 'm',
        system: 'Be brief.',
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello!' },
          { role: 'user', content: 'How\n\nare you?' },
          { role: 'assistant', content: 'I am' },
        ],
        max_tokens: 64,
        stop_sequences: ['\n\nHuman:'],
        stream: true,
      },
    })
  })

  it('sends no white space at the end of a prefill, and no stop sequence of white space', () => {
    const request = upstreamRequest(`${PLAIN_PROMPT} I am \n`, { stopSequences: ['\n', 'END'] })
    expect(encoder().completionRequest(request).body).toMatchObject({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'I am' },
      ],
      stop_sequences: ['END'],
    })
    expect(encoder({ sendStopSequences: false }).completionRequest(request).body).not.toHaveProperty(
      'stop_sequences',
    )
  })

  it.each<[ClaudeServer['sampling'], object, object, string[]]>([
    ['one', { temperature: 1, topP: null, topK: null }, {}, []],
    ['one', { temperature: 0.5, topP: 0.9, topK: 5 }, { temperature: 0.5, top_k: 5 }, ['top_p']],
    ['one', { temperature: 1, topP: 0.9, topK: null }, { top_p: 0.9 }, []],
    ['all', { temperature: 0.5, topP: 0.9, topK: 5 }, { temperature: 0.5, top_p: 0.9, top_k: 5 }, []],
    ['all', { temperature: 1, topP: null, topK: null }, { temperature: 1, top_p: 1 }, []],
    ['none', { temperature: 0, topP: null, topK: 5 }, {}, ['temperature', 'top_k']],
    ['none', { temperature: 1, topP: 1, topK: 0 }, {}, []],
  ])('with "%s" makes of %j only %j', (sampling, given, sent, leftOut) => {
    const warnings: string[] = []
    const request = upstreamRequest(PLAIN_PROMPT, {
      sampling: { temperature: 1, topP: null, topK: null, ...given },
    })
    const { body } = encoder({ sampling }, warnings).completionRequest(request)
    const fields = Object.entries(body).filter(([name]) => ['temperature', 'top_p', 'top_k'].includes(name))
    expect(Object.fromEntries(fields)).toEqual(sent)
    expect(warnings).toHaveLength(leftOut.length > 0 ? 1 : 0)
    for (const name of leftOut) expect(warnings[0]).toContain(name)
  })

  it('leaves nothing of the drawing to the defaults of llama-server', () => {
    const settings = { server: 'llama-server', sampling: 'all' } as const
    const request = upstreamRequest(PLAIN_PROMPT, { sampling: { temperature: 1, topP: null, topK: null } })
    expect(encoder(settings).completionRequest(request).body).toMatchObject({
      temperature: 1,
      top_p: 1,
      top_k: 0,
    })
  })

  it.each([
    ['claude-messages', 'end-of-generation'],
    ['claude-stop-sequence', 'END'],
  ])('reads the history %s without its thinking, however its bytes are cut', async (name, end) => {
    const bytes = upstreamHistory(name)
    const events = await readHistory(reader, bytes)
    expect(events[0]).toEqual({
      ...{ type: 'prompt-usage', promptTokens: 21, reusedPromptTokens: 9, cacheReadTokens: 9 },
      ...{ cacheWrite5mTokens: 3, cacheWrite1hTokens: 0 },
    })
    expect(summaryOf(events)).toEqual({ text: 'Größe 👩‍🚀', completionTokens: 8, promptTokens: 21, end })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
        expect(await readHistory(reader, bytes, cuts)).toEqual(events)
      }),
    )
  })

  it.each([
    ['end_turn', 'end-of-generation'],
    ['max_tokens', 'max-tokens'],
    ['model_context_window_exceeded', 'context-window'],
    ['refusal', 'refusal'],
    ['something_new', 'end-of-generation'],
  ])('maps %s back to %s', async (reason, stopReason) => {
    const history = upstreamHistory('claude-messages').toString().replace('end_turn', reason)
    const events = await readHistory(reader, Buffer.from(history))
    expect(summaryOf(events).end).toBe(stopReason)
  })

  it('fails at an error in the middle of a stream', async () => {
    const history = `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`
    await expect(readHistory(reader, Buffer.from(history))).rejects.toMatchObject({ kind: 'overloaded' })
  })

  it('counts tokens', () => {
    expect(encoder().countRequest(upstreamRequest(FULL_PROMPT).prompt)).toMatchObject({
      path: '/v1/messages/count_tokens',
      body: { model: 'm', system: 'Be brief.' },
    })
    expect(reader.readCount({ input_tokens: 14 })).toEqual({ promptTokens: 14, contextWindowTokens: null })
    expect(reader.readCount({})).toBeNull()
  })

  describe('in a conversation', () => {
    const fieldsOf = (body: object, ...names: string[]) =>
      Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)))
    const tools = { tools: [WEATHER, CLOCK] }

    it.each<[Partial<CompletionRequest>, object | undefined]>([
      [{}, undefined],
      [{ allowsParallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
      [{ toolChoice: { type: 'any' } }, { type: 'any' }],
      [
        { toolChoice: { type: 'tool', name: 'get_time' }, allowsParallelToolCalls: false },
        { type: 'tool', name: 'get_time', disable_parallel_tool_use: true },
      ],
    ])('asks for tools with %j', (change, choice) => {
      const { body } = encoder().completionRequest(upstreamConversation(tools, change))
      expect(body.tool_choice).toEqual(choice)
      expect(body.tools).toEqual([
        {
          name: 'get_weather',
          description: 'The weather somewhere.',
          input_schema: WEATHER.inputSchema,
        },
        { name: 'get_time', input_schema: { type: 'object' }, strict: true },
      ])
      const { prompt } = upstreamConversation(tools)
      expect(encoder().countRequest(prompt)?.body).toMatchObject({ tools: body.tools })
    })

    it('offers llama-server the tool alone that it has to call', () => {
      const request = upstreamConversation(tools, { toolChoice: { type: 'tool', name: 'get_time' } })
      expect(encoder({ server: 'llama-server' }).completionRequest(request).body).toMatchObject({
        tools: [{ name: 'get_time' }],
        tool_choice: { type: 'tool', name: 'get_time' },
      })
    })

    it.each<[UpstreamSettingsChange, object, object | undefined, number]>([
      [{}, { maxTokens: 4_000, thinkingBudgetTokens: 2_000 }, { type: 'enabled', budget_tokens: 2_000 }, 0],
      [{}, { maxTokens: 4_000, thinkingBudgetTokens: 10 }, { type: 'enabled', budget_tokens: 1_024 }, 0],
      [{}, { maxTokens: 4_000, thinkingBudgetTokens: 9_000 }, { type: 'enabled', budget_tokens: 3_999 }, 0],
      [{}, { maxTokens: 4_000 }, { type: 'enabled', budget_tokens: 3_999 }, 0],
      [{}, { maxTokens: 1_024 }, undefined, 1],
      [{ thinkingControl: 'adaptive' }, { maxTokens: 100 }, { type: 'adaptive' }, 0],
      [{ thinkingControl: 'none' }, { maxTokens: 4_000 }, undefined, 0],
      [{}, { maxTokens: 4_000, toolChoice: { type: 'any' } }, undefined, 1],
    ])('asks with %j and %j for thinking', (settings, change, thinking, warningCount) => {
      const warnings: string[] = []
      const request = upstreamConversation({ ...tools, isThinkingEnabled: true }, change)
      const { body } = encoder(settings, warnings).completionRequest(request)
      expect(body.thinking).toEqual(thinking)
      expect(warnings).toHaveLength(warningCount)
      expect(encoder(settings).completionRequest(upstreamConversation()).body).not.toHaveProperty('thinking')
    })

    it.each<[UpstreamSettingsChange, object, object | undefined]>([
      [{ thinkingControl: 'adaptive' }, { thinkingBudgetTokens: 8_192 }, { effort: 'medium' }],
      [{ thinkingControl: 'adaptive' }, { thinkingBudgetTokens: 40_000 }, undefined],
      [{ thinkingControl: 'adaptive' }, {}, undefined],
      [{}, { thinkingBudgetTokens: 8_192 }, undefined],
    ])('asks with %j and %j for an effort', (settings, change, config) => {
      const request = upstreamConversation({ isThinkingEnabled: true }, { maxTokens: 20_000, ...change })
      expect(encoder(settings).completionRequest(request).body.output_config).toEqual(config)
    })

    it('asks for an effort beside a schema', () => {
      const outputSchema = { type: 'object' }
      const change = { maxTokens: 20_000, thinkingBudgetTokens: 1_024 }
      const request = upstreamConversation({ isThinkingEnabled: true, outputSchema }, change)
      const bodyOf = (settings: UpstreamSettingsChange) => encoder(settings).completionRequest(request).body
      const format = { type: 'json_schema', schema: outputSchema }
      expect(bodyOf({ thinkingControl: 'adaptive' }).output_config).toEqual({ effort: 'low', format })
      expect(bodyOf({ thinkingControl: 'adaptive', schemaField: 'output_format' })).toMatchObject({
        output_config: { effort: 'low' },
        output_format: format,
      })
    })

    it.each<[ClaudeServer['sampling'], object, object]>([
      ['one', { temperature: 0.5, topP: null, topK: 5 }, {}],
      ['one', { temperature: 1, topP: 0.5, topK: null }, {}],
      ['all', { temperature: 1, topP: 0.97, topK: 5 }, { temperature: 1, top_p: 0.97 }],
    ])('omits with "%s" the part of %j that is refused with thinking', (sampling, given, sent) => {
      const warnings: string[] = []
      const request = upstreamConversation(
        { isThinkingEnabled: true },
        { maxTokens: 4_000, sampling: { temperature: 1, topP: null, topK: null, ...given } },
      )
      const { body } = encoder({ sampling }, warnings).completionRequest(request)
      expect(fieldsOf(body, 'temperature', 'top_p', 'top_k')).toEqual(sent)
      expect(warnings).toHaveLength(1)
    })

    it('passes to the template of llama-server whether to think', () => {
      const local = encoder({ server: 'llama-server', sampling: 'all' })
      const silent = upstreamConversation()
      const thinking = upstreamConversation({ isThinkingEnabled: true }, { maxTokens: 4_000 })
      for (const [request, isThinkingEnabled] of [
        [silent, false],
        [thinking, true],
      ] as const) {
        const fields = {
          chat_template_kwargs: { enable_thinking: isThinkingEnabled, thinking: isThinkingEnabled },
        }
        expect(local.completionRequest(request).body).toMatchObject(fields)
        expect(local.countRequest(request.prompt)?.body).toMatchObject(fields)
      }
      expect(local.completionRequest(silent).body).not.toHaveProperty('thinking')
      expect(local.completionRequest(thinking).body).toMatchObject({
        thinking: { type: 'enabled' },
        temperature: 1,
        top_k: 0,
      })
      expect(encoder().completionRequest(silent).body).not.toHaveProperty('chat_template_kwargs')
    })

    it.each([
      ['claude', undefined],
      ['llama-server', undefined],
      ['vllm', { type: 'disabled' }],
      ['ollama', { type: 'disabled' }],
      ['other', { type: 'disabled' }],
    ] as const)('tells %s that it is not to think: %j', (server, expected) => {
      expect(encoder({ server }).completionRequest(upstreamConversation()).body.thinking).toEqual(expected)
      const silent = encoder({ server, thinkingControl: 'none' })
      expect(silent.completionRequest(upstreamConversation()).body).not.toHaveProperty('thinking')
    })

    it.each(['vllm', 'ollama'] as const)('does not ask %s for what it would not do', (server) => {
      const prefilled = upstreamConversation({ prefill: 'Well' })
      expect(() => encoder({ server }).completionRequest(prefilled)).toThrow(/cannot continue a prefilled/)
      expect(() => encoder().completionRequest(prefilled)).not.toThrow()
      const stopping = upstreamConversation({}, { stopSequences: ['END'] })
      expect(encoder({ server }).completionRequest(stopping).body).not.toHaveProperty('stop_sequences')
      const named = upstreamConversation({ tools: TWO_TOOLS }, { toolChoice: { type: 'tool', name: 'b' } })
      expect(encoder({ server }).completionRequest(named).body.tools).toMatchObject([{ name: 'b' }])
      expect(
        claudeMessagesDialect.capabilities(upstreamSettings({ kind: 'claude-messages', server })),
      ).toMatchObject({
        outputSchema: false,
        images: false,
      })
    })

    it('counts by every server but Ollama, which cannot', () => {
      const { prompt } = upstreamConversation()
      expect(encoder({ server: 'ollama' }).countRequest(prompt)).toBeNull()
      expect(encoder({ server: 'vllm' }).countRequest(prompt)).not.toBeNull()
    })

    it('asks for a schema in the field that the model knows', () => {
      const schema = { type: 'object' }
      const request = upstreamConversation({ outputSchema: schema })
      const names = ['output_config', 'output_format']
      expect(fieldsOf(encoder().completionRequest(request).body, ...names)).toEqual({
        output_config: { format: { type: 'json_schema', schema } },
      })
      expect(encoder().headers(undefined)).not.toHaveProperty('anthropic-beta')
      const older = encoder({ schemaField: 'output_format' })
      expect(fieldsOf(older.completionRequest(request).body, ...names)).toEqual({
        output_format: { type: 'json_schema', schema },
      })
      expect(older.headers('k')).toMatchObject({ 'anthropic-beta': expect.stringContaining('structured') })
    })

    it('reads the history claude-tools, however its bytes are cut', async () => {
      const bytes = upstreamHistory('claude-tools')
      const request = upstreamConversation({ ...tools, isThinkingEnabled: true })
      const events = await readHistory(reader, bytes, [], request)
      const { parts, end, ...counts } = collectCompletion(events)
      expect(parts).toEqual([
        { type: 'thinking', text: 'Hm. Größe?', signature: 'EqQBCkYIBxgC' },
        { type: 'text', text: 'Moment.' },
        { type: 'tool-call', id: 'toolu_01NRLabs', name: 'get_weather', json: '{"city": "Köln 👩‍🚀"}' },
        { type: 'tool-call', id: 'toolu_02Clock', name: 'get_time', json: '{}' },
      ])
      expect(end?.stopReason).toBe('tool-call')
      expect(counts).toEqual({
        promptTokens: 180,
        thinkingTokens: 2,
        reusedPromptTokens: 16,
        completionTokens: 33,
        cacheReadTokens: 16,
      })
      for (let cut = 0; cut < bytes.length; cut += 7)
        expect(await readHistory(reader, bytes, [cut], request)).toEqual(events)
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
          expect(await readHistory(reader, bytes, cuts, request)).toEqual(events)
        }),
      )
    })

    const read = (...data: readonly object[]) => {
      const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }
      const bytes = Buffer.from(dataEvents(...data, end, { type: 'message_stop' }).join(''))
      return readHistory(reader, bytes, [], upstreamConversation({ ...tools, isThinkingEnabled: true }))
    }
    const begin = (index: number, block: object) => ({
      type: 'content_block_start',
      index,
      content_block: block,
    })
    const add = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta })

    it('keeps several thinking blocks apart, redacted ones too', async () => {
      const events = await read(
        begin(0, { type: 'thinking', thinking: '' }),
        add(0, { type: 'thinking_delta', thinking: 'Hm.' }),
        add(0, { type: 'signature_delta', signature: 's1' }),
        begin(1, { type: 'redacted_thinking', data: 'xyz' }),
        begin(2, { type: 'thinking', thinking: '' }),
        add(2, { type: 'signature_delta', signature: 's2' }),
        begin(3, { type: 'text', text: 'Hi' }),
      )
      expect(collectCompletion(events).parts).toEqual([
        { type: 'thinking', text: 'Hm.', signature: 's1' },
        { type: 'thinking', text: '', signature: 'redacted_thinking:xyz' },
        { type: 'thinking', text: '', signature: 's2' },
        { type: 'text', text: 'Hi' },
      ])
    })

    it('passes over tools that run over there', async () => {
      const events = await read(
        begin(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
        add(0, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
        begin(1, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
        begin(2, { type: 'text', text: 'Hi' }),
        add(2, { type: 'citations_delta', citation: {} }),
      )
      expect(collectCompletion(events).parts).toEqual([{ type: 'text', text: 'Hi' }])
      expect(collectCompletion(events).completionTokens).toBe(9)
    })

    it.each([
      [{ input_tokens: 30 }, 70, 40],
      [{ input_tokens: 5, cache_read_input_tokens: 65 }, 70, 65],
      [{ input_tokens: 0, cache_read_input_tokens: 0 }, 50, 40],
    ])('believes the counts %j at the end', async (usage, promptTokens, reusedPromptTokens) => {
      const start = { input_tokens: 10, cache_read_input_tokens: 40, output_tokens: 1 }
      const events = await read(
        { type: 'message_start', message: { usage: start } },
        begin(0, { type: 'text', text: 'Hi' }),
        { type: 'message_delta', delta: {}, usage },
      )
      expect(collectCompletion(events)).toMatchObject({ promptTokens, reusedPromptTokens })
    })

    it('ends with the closing event of another style', async () => {
      const end = { type: 'message_delta', delta: { stop_reason: 'length' } }
      const bytes = Buffer.from(dataEvents(begin(0, { type: 'text', text: 'Hi' }), end, '[DONE]').join(''))
      const events = await readHistory(reader, bytes)
      expect(collectCompletion(events).end?.stopReason).toBe('max-tokens')
    })

    it('takes an input that comes whole, and a prompt that is counted late', async () => {
      const events = await read(begin(0, { type: 'tool_use', id: 'a', name: 'f', input: { n: 1 } }), {
        type: 'message_delta',
        delta: {},
        usage: { input_tokens: 21, output_tokens: 4 },
      })
      expect(collectCompletion(events)).toMatchObject({
        parts: [{ type: 'tool-call', id: 'a', name: 'f', json: '{"n":1}' }],
        promptTokens: 21,
        end: { stopReason: 'tool-call' },
      })
    })
  })
})
