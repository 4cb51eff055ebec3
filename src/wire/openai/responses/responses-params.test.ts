import { describe, expect, it } from 'vitest'
import { refusal } from '../../../../test/refusal.ts'
import type { EngineCapabilities } from '../../../completion/engine.ts'
import type { AssistantPart } from '../../../completion/turn.ts'
import { WorkSlices } from '../../../util/work-slices.ts'
import { LARGEST_COUNT } from '../../body-schema.ts'
import { parseResponsesParams } from './responses-params.ts'

const OK = { model: 'alias', input: 'Hi' }
const LOOK = { type: 'function', name: 'look', parameters: { type: 'object' }, strict: true }
const KEPT: AssistantPart = { type: 'text', text: 'Kept.' }

function parse(change: object, capabilities: Partial<EngineCapabilities> = {}) {
  const all = { tools: true, images: true, outputSchema: true, rawPrompts: true, ...capabilities }
  return parseResponsesParams(
    { ...OK, ...change },
    {
      resolveModel: (id) => `resolved ${id}`,
      capabilitiesOf: () => all,
      rules: { allowImageUrls: false },
      costs: { slices: new WorkSlices(), holdMembers: () => undefined },
      findItem: (id) => (id === 'msg_1' ? KEPT : undefined),
    },
  )
}

async function promptOf(change: object) {
  return (await parse(change)).request.prompt
}

const text = (words: string) => ({ type: 'text', text: words })

describe('parseResponsesParams', () => {
  it('has defaults for what is left out', async () => {
    expect(await parse({ unknown: 1 })).toMatchObject({
      request: {
        modelId: 'resolved alias',
        prompt: {
          kind: 'conversation',
          systemText: '',
          turns: [{ role: 'user', parts: [text('Hi')] }],
          prefill: '',
          tools: [],
          isThinkingEnabled: false,
          outputSchema: null,
        },
        maxTokens: LARGEST_COUNT,
        stopSequences: [],
        sampling: { temperature: 1, topP: null, topK: null },
        toolChoice: { type: 'auto' },
        allowsParallelToolCalls: true,
        thinkingBudgetTokens: null,
      },
      stream: false,
      store: true,
    })
  })

  it('reads what controls generation', async () => {
    const params = await parse({
      max_output_tokens: 7,
      temperature: 1.5,
      top_p: 0.9,
      stream: true,
      store: false,
      parallel_tool_calls: false,
    })
    expect(params).toMatchObject({
      request: {
        maxTokens: 7,
        sampling: { temperature: 1, topP: 0.9 },
        allowsParallelToolCalls: false,
      },
      stream: true,
      store: false,
    })
  })

  it('reads items of every kind as turns', async () => {
    const prompt = await promptOf({
      instructions: 'Be brief.',
      input: [
        { role: 'developer', content: 'No jokes.' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
        { role: 'assistant', content: [{ type: 'output_text', text: 'Hello.', annotations: [] }] },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":"x"}' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: 'a\nb' },
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
        { type: 'function_call_output', call_id: 'c1', output: 'y' },
        { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'z' }] },
        { role: 'user', content: 'So?' },
      ],
    })
    expect(prompt.systemText).toBe('Be brief.\nNo jokes.')
    expect(prompt.turns).toEqual([
      { role: 'user', parts: [text('Hi')] },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: 'Hm.', signature: null },
          text('Hello.'),
          { type: 'tool-call', id: 'c1', name: 'look', input: { at: 'x' } },
          { type: 'tool-call', id: 'c2', name: 'patch', input: { input: 'a\nb' } },
        ],
      },
      {
        role: 'user',
        parts: [
          { type: 'tool-result', toolCallId: 'c1', parts: [text('y')], isError: false },
          { type: 'tool-result', toolCallId: 'c2', parts: [text('z')], isError: false },
          text('So?'),
        ],
      },
    ])
  })

  it('finds what an item refers to', async () => {
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'item_reference', id: 'msg_1' },
      { role: 'user', content: 'So?' },
    ]
    expect((await promptOf({ input })).turns[1]).toEqual({ role: 'assistant', parts: [KEPT] })
  })

  it('takes the signature of thinking that it sent itself, and no other', async () => {
    const turnsFor = async (encrypted_content: string) => {
      const reasoning = {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Hm.' }],
        encrypted_content,
      }
      const input = [{ role: 'user', content: 'Hi' }, reasoning, { role: 'user', content: 'So?' }]
      return (await promptOf({ input })).turns[1]?.parts
    }
    expect(await turnsFor('continuo:s')).toEqual([{ type: 'thinking', text: 'Hm.', signature: 's' }])
    expect(await turnsFor('gAAAAA')).toEqual([{ type: 'thinking', text: 'Hm.', signature: null }])
  })

  it('reads a picture', async () => {
    const url = 'data:image/png;base64,iVBORw0KGgo='
    const input = [{ role: 'user', content: [{ type: 'input_image', image_url: url, detail: 'auto' }] }]
    expect((await promptOf({ input })).turns[0]?.parts).toEqual([
      { type: 'image', mediaType: 'image/png', source: { base64: 'iVBORw0KGgo=' } },
    ])
  })

  it('offers functions and custom tools, and leaves out those of OpenAI’s servers', async () => {
    const { request, customTools } = await parse({
      tools: [LOOK, { type: 'custom', name: 'patch', description: 'Patches' }, { type: 'web_search' }],
    })
    expect(request.prompt.tools).toEqual([
      { name: 'look', description: null, inputSchema: { type: 'object' }, isStrict: true },
      {
        name: 'patch',
        description: 'Patches',
        inputSchema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
        isStrict: false,
      },
    ])
    expect([...customTools]).toEqual(['patch'])
  })

  it.each([
    ['auto', ['look', 'find'], { type: 'auto' }],
    ['none', [], { type: 'auto' }],
    ['required', ['look', 'find'], { type: 'any' }],
    [{ type: 'function', name: 'find' }, ['look', 'find'], { type: 'tool', name: 'find' }],
    [
      { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'find' }] },
      ['find'],
      { type: 'any' },
    ],
  ])('for the tool choice %j offers %j', async (tool_choice, names, toolChoice) => {
    const { request } = await parse({ tools: [LOOK, { ...LOOK, name: 'find' }], tool_choice })
    expect(request.prompt.tools.map(({ name }) => name)).toEqual(names)
    expect(request.toolChoice).toEqual(toolChoice)
  })

  it.each([
    [undefined, false, null],
    ['none', false, null],
    ['minimal', false, null],
    ['low', true, 1_024],
    ['medium', true, 8_192],
    ['xhigh', true, null],
  ])('reads the effort %s', async (effort, isThinkingEnabled, budget) => {
    const { request } = await parse({ reasoning: { effort } })
    expect(request.prompt.isThinkingEnabled).toBe(isThinkingEnabled)
    expect(request.thinkingBudgetTokens).toBe(budget)
  })

  it.each([
    [{ type: 'text' }, null, undefined],
    [{ type: 'json_object' }, { type: 'object' }, undefined],
    [{ type: 'json_schema', name: 'x', schema: { type: 'array' }, strict: true }, { type: 'array' }, true],
    [{ type: 'json_schema', schema: { type: 'array' }, strict: false }, { type: 'array' }, undefined],
    [{ type: 'json_schema', schema: { type: 'array' }, strict: null }, { type: 'array' }, undefined],
  ])('holds a response to the format %j', async (format, outputSchema, isOutputStrict) => {
    const prompt = await promptOf({ text: { format } })
    expect(prompt.outputSchema).toEqual(outputSchema)
    expect(prompt.isOutputStrict).toBe(isOutputStrict)
  })

  it.each([
    [{ model: undefined }, 'model: Field required'],
    [{ input: undefined }, 'input: Field required'],
    [{ input: '' }, 'input: String should have at least 1 character'],
    [{ input: [] }, 'input: at least one item is required'],
    [{ input: 7 }, 'input: Input should be a text or a list of items'],
    [{ input: [7] }, 'input.0: Input should be a valid dictionary'],
    [
      { input: [{ role: 'tool', content: '' }] },
      "input.0.role: Input should be 'user', 'assistant', 'system' or 'developer'",
    ],
    [{ input: [{ type: 'riddle' }] }, "input.0.type: items of the type 'riddle' are not supported"],
    [
      { input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '[' }] },
      'input.0.arguments: Input should be the JSON of an object',
    ],
    [
      { input: [{ type: 'item_reference', id: 'msg_2' }] },
      "input.0.id: this server does not keep the item 'msg_2': send the item itself, with `store` false",
    ],
    [
      { previous_response_id: 'resp_1' },
      'previous_response_id: this server keeps no responses: send all items of the conversation in `input`',
    ],
    [
      { conversation: 'conv_1' },
      'conversation: this server keeps no conversations: send all items of the conversation in `input`',
    ],
    [{ background: true }, 'background: responses are not generated in the background on this server'],
    [{ max_output_tokens: 0 }, 'max_output_tokens: Input should be greater than or equal to 1'],
    [{ tools: [LOOK, LOOK] }, 'tools: Tool names must be unique.'],
    [
      { tools: [{ type: 'function', name: 'a b' }] },
      "tools.0.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    [
      { tools: [LOOK], tool_choice: { type: 'function', name: 'x' } },
      "tool_choice: there is no tool named 'x'",
    ],
    [
      { tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' } },
      "tool_choice: tools of the type 'web_search' do not run on this server",
    ],
  ])('refuses %j', async (change, message) => {
    await expect(parse(change)).rejects.toEqual(refusal(message))
  })

  it('refuses tools for a model without them', async () => {
    await expect(parse({ tools: [LOOK] }, { tools: false })).rejects.toEqual(
      refusal("tools: model 'resolved alias' does not support tool use."),
    )
  })

  it('asks for scores of tokens where the engine has them', async () => {
    const wanted = { include: ['message.output_text.logprobs'], top_logprobs: 2 }
    const logprobsOf = async (...asked: Parameters<typeof parse>) => (await parse(...asked)).request.logprobs
    expect(await logprobsOf(wanted, { logprobs: 'completion' })).toEqual({ top: 2, ofPrompt: false })
    expect(await logprobsOf(wanted)).toBeUndefined()
    expect(await logprobsOf({}, { logprobs: 'completion' })).toBeUndefined()
  })

  it('offers the tools of namespaces, which models know by joined names', async () => {
    const sky = { type: 'namespace', name: 'sky', description: 'S', tools: [{ ...LOOK, name: 'weather' }] }
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'function_call', call_id: 'c', name: 'weather', namespace: 'sky', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: 'rain' },
    ]
    const tool_choice = { type: 'function', name: 'weather', namespace: 'sky' }
    const { request, namespacedNames } = await parse({ input, tools: [LOOK, sky], tool_choice })
    expect(request.prompt.tools.map(({ name }) => name)).toEqual(['look', 'sky__weather'])
    expect(request.prompt.turns[1]?.parts).toMatchObject([{ type: 'tool-call', name: 'sky__weather' }])
    expect(request.toolChoice).toEqual({ type: 'tool', name: 'sky__weather' })
    expect([...namespacedNames]).toEqual([['sky__weather', { namespace: 'sky', name: 'weather' }]])
    await expect(parse({ tools: [{ ...sky, tools: [7] }] })).rejects.toEqual(
      refusal('tools.0.tools.0: Input should be a valid dictionary'),
    )
  })
})
