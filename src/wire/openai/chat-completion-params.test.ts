import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { SlowSlices } from '../../../test/slow-slices.ts'
import { NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import type { EngineCapabilities } from '../../completion/engine.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import { LARGEST_COUNT, MAX_MESSAGES } from '../body-schema.ts'
import { parseChatCompletionParams } from './chat-completion-params.ts'

const HI = { role: 'user', content: 'Hi' }
const OK = { model: 'alias', messages: [HI] }
const TOOLS = [{ type: 'function', function: { name: 'look' } }]

function parse(change: object, capabilities: Partial<EngineCapabilities> = {}, slices = new WorkSlices()) {
  const all = { tools: true, images: true, outputSchema: true, rawPrompts: true, ...capabilities }
  return parseChatCompletionParams(
    { ...OK, ...change },
    {
      resolveModel: (id) => `resolved ${id}`,
      capabilitiesOf: () => all,
      rules: { allowImageUrls: false },
      costs: { slices, holdMembers: () => undefined },
    },
  )
}

describe('parseChatCompletionParams', () => {
  it('gives others a turn after counting the members of a schema, before it writes the prompt', async () => {
    const slices = new SlowSlices()
    const schema = slices.watched({ type: 'object' })
    await parse({ response_format: { type: 'json_schema', json_schema: { schema } } }, {}, slices)
    expect(slices.events.join(' ')).toMatch(/^(turn )+keys turn( keys)?$/)
  })

  it('has defaults for what is left out', async () => {
    expect(await parse({ unknown: 1 })).toEqual({
      request: {
        modelId: 'resolved alias',
        prompt: expect.objectContaining({
          kind: 'conversation',
          systemText: '',
          turns: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
          prefill: '',
          tools: [],
          isThinkingEnabled: false,
          outputSchema: null,
        }),
        maxTokens: LARGEST_COUNT,
        stopSequences: [],
        sampling: { temperature: 1, topP: null, topK: null },
        ...NO_TOOLS_OR_THINKING,
      },
      stream: false,
      includeUsage: false,
      usesFunctions: false,
      isScored: false,
    })
  })

  it.each<[object, object]>([
    [
      { stream: true, stream_options: { include_usage: true } },
      { stream: true, includeUsage: true },
    ],
    [{ functions: [{ name: 'look' }] }, { usesFunctions: true, request: { allowsParallelToolCalls: false } }],
    [
      { tools: TOOLS, tool_choice: 'required', parallel_tool_calls: false },
      {
        request: {
          prompt: { tools: [{ name: 'look' }] },
          toolChoice: { type: 'any' },
          allowsParallelToolCalls: false,
        },
      },
    ],
    [
      { thinking: { type: 'enabled', budget_tokens: 7 } },
      { request: { prompt: { isThinkingEnabled: true }, thinkingBudgetTokens: 7 } },
    ],
    [
      { thinking: { type: 'enabled' } },
      { request: { prompt: { isThinkingEnabled: true }, thinkingBudgetTokens: null } },
    ],
    [
      { thinking: { type: 'disabled', budget_tokens: 7 } },
      { request: { prompt: { isThinkingEnabled: false }, thinkingBudgetTokens: null } },
    ],
    [{ max_tokens: 7, temperature: 0 }, { request: { maxTokens: 7, sampling: { temperature: 0 } } }],
  ])('reads %j', async (change, params) => {
    expect(await parse(change)).toMatchObject(params)
  })

  it.each<[object, object | null]>([
    [{ type: 'text' }, null],
    [{ type: 'json_object' }, { type: 'object' }],
    [{ type: 'json_schema', json_schema: { schema: { type: 'array' } } }, { type: 'array' }],
    [{ type: 'json_schema' }, { type: 'object' }],
    [{ type: 'json_schema', json_schema: { schema: null } }, { type: 'object' }],
  ])('reads response_format %j', async (response_format, outputSchema) => {
    expect(await parse({ response_format })).toMatchObject({ request: { prompt: { outputSchema } } })
    expect(await parse({ response_format }, { outputSchema: false })).toMatchObject({
      request: { prompt: { outputSchema: null } },
    })
  })

  it.each([
    [true, true],
    [false, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('reads a schema that is strict: %j', async (strict, isOutputStrict) => {
    const { request } = await parse({
      response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' }, strict } },
    })
    expect(request.prompt.isOutputStrict).toBe(isOutputStrict)
  })

  it.each<[object, string]>([
    [
      { response_format: { type: 'json_schema', json_schema: { strict: 1 } } },
      'response_format.json_schema.strict: Input should be a valid boolean',
    ],
    [{ model: 7 }, 'model: Input should be a valid string'],
    [{ messages: 'Hi' }, 'messages: Input should be a valid list'],
    [{ messages: [] }, 'messages: at least one message is required'],
    [{ messages: Array(MAX_MESSAGES + 1) }, `messages: List should have at most ${MAX_MESSAGES} items`],
    [{ messages: [HI, 7] }, 'messages.1: Input should be a valid dictionary'],
    [{ response_format: 'json' }, 'response_format: Input should be a valid dictionary'],
    [{ response_format: {} }, 'response_format.type: Field required'],
    [
      { response_format: { type: 'json_schema', json_schema: { schema: 7 } } },
      'response_format.json_schema.schema: Input should be a valid dictionary',
    ],
    [{ thinking: true }, 'thinking: Input should be a valid dictionary'],
    [{ n: 2 }, 'n: only one completion is made for a request'],
    [{ tool_choice: 'any' }, "tool_choice: Input should be 'none', 'auto', 'required' or a named function"],
  ])('refuses %.80j', async (change, message) => {
    await expect(parse(change)).rejects.toThrow(refusal(message))
  })

  it('refuses tools, unless none may be called, for a model without tool use', async () => {
    await expect(parse({ tools: TOOLS }, { tools: false })).rejects.toThrow(
      refusal("tools: model 'resolved alias' does not support tool use."),
    )
    await expect(parse({ tools: TOOLS, tool_choice: 'none' }, { tools: false })).resolves.toBeDefined()
  })

  it('asks for scores of tokens where the engine has them', async () => {
    const change = { logprobs: true, top_logprobs: 3 }
    expect(await parse(change, { logprobs: 'completion' })).toMatchObject({
      isScored: true,
      request: { logprobs: { top: 3, ofPrompt: false } },
    })
    const unscored = await parse(change)
    expect(unscored.isScored).toBe(false)
    expect(unscored.request).not.toHaveProperty('logprobs')
    await expect(parse({ top_logprobs: 21 })).rejects.toThrow(
      refusal('top_logprobs: Input should be less than or equal to 20'),
    )
  })
})
