import { expect } from 'vitest'
import type { Script } from '../scripted-engine.ts'
import type { ConformanceCase, RequestChange, ServerNeeds } from './conformance-case.ts'
import { HI, messageOf, messageRefusal, messageSuccess, sendMessage } from './message-case.ts'
import { WEATHER_TOOL } from './message-response-cases.ts'

/** Any response: these cases check the request of the model. */
const PLAIN: Script = { steps: ['Ok', { ends: 'end-of-generation' }] }
const NEEDS = { script: PLAIN }

const use = (id: string, name = 'get_weather') => ({ type: 'tool_use', id, name, input: { place: 'Paris' } })
const result = (id: string, content: unknown = 'rain') => ({ type: 'tool_result', tool_use_id: id, content })
const user = (...content: unknown[]) => ({ role: 'user', content })
const assistant = (...content: unknown[]) => ({ role: 'assistant', content })
const withTools = (change: Readonly<Record<string, unknown>>) => ({
  body: { tools: [WEATHER_TOOL], ...change },
})

/** A case that checks the request of the model. */
function reaching(
  number: string,
  title: string,
  change: RequestChange,
  request: object,
  needs: ServerNeeds = {},
): ConformanceCase {
  return {
    number,
    title,
    ...NEEDS,
    ...needs,
    check: async (server) => {
      await messageOf(await sendMessage(server, change))
      expect(server.requests?.at(-1)).toMatchObject(request)
    },
  }
}

function refused(
  number: string,
  title: string,
  body: Readonly<Record<string, unknown>>,
  message: string | RegExp,
) {
  return messageRefusal(number, title, withTools(body), message, NEEDS)
}

/** Tools of a message: definitions, calls and results. */
export const MESSAGE_TOOL_CASES: readonly ConformanceCase[] = [
  reaching(
    'M2.4a',
    'a tool with an invalid schema',
    {
      body: {
        tools: [
          {
            type: 'custom',
            name: 'get_weather',
            description: 'The weather',
            input_schema: { type: 'object', properties: { location: 'bar', unit: 'bar' } },
            cache_control: { type: 'ephemeral', ttl: '5m' },
            strict: true,
            eager_input_streaming: true,
            defer_loading: true,
            allowed_callers: ['direct'],
            input_examples: [{ foo: 'bar' }],
          },
        ],
      },
    },
    {
      prompt: {
        tools: [
          {
            name: 'get_weather',
            description: 'The weather',
            inputSchema: { type: 'object', properties: { location: 'bar', unit: 'bar' } },
            isStrict: true,
          },
        ],
      },
      toolChoice: { type: 'auto' },
      allowsParallelToolCalls: true,
    },
  ),
  reaching(
    'M2.4b',
    'tools that the API defines and clients run',
    {
      body: {
        tools: [
          { type: 'bash_20250124', name: 'bash' },
          { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 1 },
          { type: 'memory_20250818', name: 'memory' },
        ],
      },
    },
    {
      prompt: {
        tools: [
          { name: 'bash', inputSchema: { properties: { command: {}, restart: {} } } },
          {
            name: 'str_replace_based_edit_tool',
            inputSchema: { properties: { insert_text: {}, view_range: {} } },
          },
          { name: 'memory', inputSchema: { properties: { old_path: {} } } },
        ],
      },
    },
  ),
  refused(
    'M2.4c',
    'a server tool',
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    "tools.0: Server tool 'web_search_20250305' is not available on this server. Define a client tool instead.",
  ),
  reaching(
    'M2.4c',
    'a server tool, where it is ignored',
    { body: { tools: [WEATHER_TOOL, { type: 'web_search_20250305', name: 'web_search' }] } },
    { prompt: { tools: [{ name: 'get_weather' }] } },
    { rules: { ignoreServerTools: true } },
  ),
  refused(
    'M2.4d',
    'a tool with another name',
    { tools: [{ type: 'bash_20250124', name: 'sh' }] },
    "tools.0.bash_20250124.name: Input should be 'bash'",
  ),
  refused(
    'M2.4d',
    'an invalid name',
    { tools: [{ ...WEATHER_TOOL, name: 'a b' }] },
    "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
  ),
  refused('M2.4d', 'no schema', { tools: [{ name: 'a' }] }, 'tools.0.custom.input_schema: Field required'),
  refused(
    'M2.4d',
    'a schema that is no object',
    { tools: [{ name: 'a', input_schema: { type: 'string' } }] },
    "tools.0.custom.input_schema.type: Input should be 'object'",
  ),
  refused(
    'M2.4d',
    'two with one name',
    { tools: [WEATHER_TOOL, WEATHER_TOOL] },
    'tools: Tool names must be unique.',
  ),
  reaching(
    'M2.4e',
    'any tool',
    withTools({ tool_choice: { type: 'any', disable_parallel_tool_use: true } }),
    { toolChoice: { type: 'any' }, allowsParallelToolCalls: false },
  ),
  reaching('M2.4e', 'one tool', withTools({ tool_choice: { type: 'tool', name: 'get_weather' } }), {
    toolChoice: { type: 'tool', name: 'get_weather' },
    allowsParallelToolCalls: true,
  }),
  reaching('M2.4e', 'no tool', withTools({ tool_choice: { type: 'none' } }), { prompt: { tools: [] } }),
  refused(
    'M2.4f',
    'a missing tool',
    { tool_choice: { type: 'tool', name: 'x' } },
    /Tool 'x' not found in provided tools$/,
  ),
  messageRefusal(
    'M2.4f',
    'an unknown choice',
    { body: { tool_choice: { type: 'auto' } } },
    /tool_choice may only be specified while providing tools\.$/,
    NEEDS,
  ),

  reaching(
    'M2.2k',
    'calls and results, the results first, turns of one role as one',
    withTools({
      messages: [
        HI,
        assistant({ type: 'text', text: 'I look.' }, use('t1'), use('t2')),
        user({ type: 'text', text: 'There:' }, result('t2', [{ type: 'text', text: 'sun' }])),
        user({ ...result('t1', []), is_error: true }),
      ],
    }),
    {
      prompt: {
        turns: [
          { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
          {
            role: 'assistant',
            parts: [
              { type: 'text', text: 'I look.' },
              { type: 'tool-call', id: 't1', name: 'get_weather', input: { place: 'Paris' } },
              { type: 'tool-call', id: 't2', name: 'get_weather', input: { place: 'Paris' } },
            ],
          },
          {
            role: 'user',
            parts: [
              {
                type: 'tool-result',
                toolCallId: 't2',
                parts: [{ type: 'text', text: 'sun' }],
                isError: false,
              },
              { type: 'tool-result', toolCallId: 't1', parts: [], isError: true },
              { type: 'text', text: 'There:' },
            ],
          },
        ],
      },
    },
  ),
  refused(
    'M2.8b',
    'a call without a result',
    { messages: [HI, assistant(use('t1'), use('t2')), user(result('t1'))] },
    'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t2. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
  ),
  refused(
    'M2.8b',
    'a call at the end',
    { messages: [HI, assistant(use('t1'))] },
    /^messages\.1: `tool_use` ids were found without/,
  ),
  refused(
    'M2.8c',
    'a result without a call',
    {
      messages: [HI, assistant({ type: 'text', text: 'x' }), user({ type: 'text', text: 'x' }, result('t1'))],
    },
    'messages.2.content.1: unexpected `tool_use_id` found in `tool_result` blocks: t1. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
  ),
  refused(
    'M2.8c',
    'two results of one call',
    { messages: [HI, assistant(use('t1')), user(result('t1'), result('t1'))] },
    'messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: t1',
  ),
  refused(
    'M2.8c',
    'two calls with one id',
    { messages: [HI, assistant(use('t1'), use('t1')), user(result('t1'))] },
    'messages.1.content.1: `tool_use` ids must be unique',
  ),
  messageRefusal(
    'M2.8d',
    'a history of tools without definitions',
    { body: { messages: [HI, assistant(use('t1')), user(result('t1'))] } },
    'Requests which include `tool_use` or `tool_result` blocks must define tools.',
    { ...NEEDS, rules: { strictRequests: true } },
  ),
  messageSuccess(
    'M2.8d',
    'a history of tools without definitions, not strict',
    { body: { messages: [HI, assistant(use('t1')), user(result('t1'))] } },
    NEEDS,
  ),
  refused(
    'M2.8e',
    'a call of the user',
    { messages: [user(use('t1'))] },
    'messages.0.content.0: `tool_use` blocks can only be in `assistant` messages',
  ),
  refused(
    'M2.8e',
    'a result of the assistant',
    { messages: [HI, assistant(result('t1'))] },
    'messages.1.content.0: `tool_result` blocks can only be in `user` messages',
  ),

  reaching(
    'M2.5a',
    'a reply constrained to a schema',
    { body: { output_format: { type: 'json_schema', schema: { foo: 'bar' } } } },
    { prompt: { outputSchema: { foo: 'bar' }, isOutputStrict: true } },
  ),
  reaching(
    'M2.5a',
    'the same in its newer place',
    { body: { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } } },
    { prompt: { outputSchema: { type: 'object' }, isOutputStrict: true } },
  ),
  messageRefusal(
    'M2.5a',
    'a prefilled reply constrained to a schema',
    {
      body: {
        output_format: { type: 'json_schema', schema: {} },
        messages: [HI, { role: 'assistant', content: '{' }],
      },
    },
    /^output_format: /,
    NEEDS,
  ),
]
