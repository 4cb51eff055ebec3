import { describe, expect, it } from 'vitest'
import { type BlockContextChange, blockContext } from '../../../test/block-context.ts'
import { refusal } from '../../../test/refusal.ts'
import { SlowSlices } from '../../../test/slow-slices.ts'
import type { PromptFields } from './messages-schema.ts'
import { readConversation } from './read-conversation.ts'

const HI = { role: 'user', content: 'Hi' }
const TOOL = { name: 't', input_schema: { type: 'object' } }
const SCHEMA = { type: 'object' }
const FORMAT = { type: 'json_schema' as const, schema: SCHEMA }
const EPHEMERAL = { type: 'ephemeral' as const }
const HOUR = { ...EPHEMERAL, ttl: '1h' as const }
const marked = (text: string, cache_control: object = EPHEMERAL) => ({ type: 'text', text, cache_control })

const read = (fields: Partial<PromptFields>, change?: BlockContextChange) =>
  readConversation({ model: 'm', messages: [HI], ...fields }, blockContext(change))

describe('readConversation', () => {
  it('has defaults for what is left out', async () => {
    expect(await read({})).toEqual({
      conversation: {
        tools: [],
        system: [],
        turns: [{ role: 'user', blocks: [{ block: { type: 'text', text: 'Hi' }, cacheTtl: null }] }],
        isThinkingEnabled: false,
        outputSchema: null,
      },
      thinkingBudgetTokens: null,
      omitsThinking: false,
      toolChoice: { type: 'auto' },
      allowsParallelToolCalls: true,
    })
  })

  it('gives others a turn after counting the members of what tools bring', async () => {
    const slices = new SlowSlices()
    const call = { type: 'tool_use', id: 'a', name: 't', input: slices.watched({ a: 1 }) }
    const result = { type: 'tool_result', tool_use_id: 'a' }
    const messages = [HI, { role: 'assistant', content: [call] }, { role: 'user', content: [result] }]
    await readConversation({ model: 'm', messages, tools: [TOOL] }, { ...blockContext(), slices })
    expect(slices.events.slice(-2)).toEqual(['keys', 'turn'])
  })

  it('reads tools, tool_choice and thinking', async () => {
    const { conversation, ...rest } = await read({
      tools: [TOOL],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      thinking: { type: 'enabled', budget_tokens: 1024 },
    })
    expect(conversation).toMatchObject({ tools: [{ block: { name: 't' } }], isThinkingEnabled: true })
    expect(rest).toEqual({
      thinkingBudgetTokens: 1024,
      omitsThinking: false,
      toolChoice: { type: 'any' },
      allowsParallelToolCalls: false,
    })
  })

  it.each<[PromptFields['system'], unknown[]]>([
    [null, []],
    ['', []],
    ['Be brief.', [{ block: 'Be brief.', cacheTtl: null }]],
    [
      [{ type: 'text', text: 'Be brief.' }, marked('Be kind.')],
      [
        { block: 'Be brief.', cacheTtl: null },
        { block: 'Be kind.', cacheTtl: '5m' },
      ],
    ],
    [
      [
        { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1; cch=1;' },
        { type: 'text', text: 'An x-anthropic-billing-header: stays.' },
      ],
      [{ block: 'An x-anthropic-billing-header: stays.', cacheTtl: null }],
    ],
  ])('reads system %j', async (system, texts) => {
    expect((await read({ system })).conversation.system).toEqual(texts)
  })

  it.each<[Partial<PromptFields>, object | null]>([
    [{ output_format: FORMAT }, SCHEMA],
    [{ output_config: { format: FORMAT } }, SCHEMA],
    [{ output_config: { format: FORMAT }, output_format: { ...FORMAT, schema: {} } }, SCHEMA],
    [{ output_config: { effort: 'low', format: null }, output_format: null }, null],
  ])('reads the output schema of %j', async (fields, schema) => {
    expect((await read(fields)).conversation.outputSchema).toEqual(schema)
  })

  it.each([
    ['user', [HI], HOUR, ['1h']],
    ['assistant', [HI, { role: 'assistant', content: 'I' }], EPHEMERAL, [null, '5m']],
    ['marked', [{ role: 'user', content: [marked('a', HOUR)] }], EPHEMERAL, ['1h']],
  ])('puts the cache_control of the request on a last block (%s)', async (_, messages, control, ttls) => {
    const { conversation } = await read({ messages, cache_control: control })
    expect(conversation.turns.flatMap(({ blocks }) => blocks.map(({ cacheTtl }) => cacheTtl))).toEqual(ttls)
  })

  it('accepts four breakpoints, the longer-lived first', async () => {
    const content = [marked('a', HOUR), marked('b', HOUR), marked('c'), marked('d')]
    await expect(read({ messages: [{ role: 'user', content }] })).resolves.toBeDefined()
  })

  const TTL_ORDER =
    "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. " +
    'Note that blocks are processed in the following order: `tools`, `system`, `messages`.'
  const PREFILLED = [HI, { role: 'assistant', content: 'I' }]
  it.each<[string, Partial<PromptFields>, string]>([
    [
      'an empty system text',
      { system: [{ type: 'text', text: '' }] },
      'system: text content blocks must be non-empty',
    ],
    [
      'a system block of another type',
      { system: [{ type: 'text', text: 'a' }, { type: 'image' }] },
      "system.1: Input tag 'image' found using 'type' does not match any of the expected tags: 'text'",
    ],
    [
      'a wrong system text',
      { system: [{ type: 'text', text: 7 }] },
      'system.0.text: Input should be a valid string',
    ],
    ['MCP servers', { mcp_servers: [{}] }, 'mcp_servers: The MCP connector is not available on this server.'],
    [
      'a schema after a prefill',
      { output_format: FORMAT, messages: PREFILLED },
      'output_format: a reply that is held to a schema cannot be prefilled.',
    ],
    [
      'five breakpoints',
      {
        tools: [{ ...TOOL, cache_control: EPHEMERAL }],
        system: [marked('a')],
        messages: [{ role: 'user', content: [marked('b'), marked('c'), marked('d')] }],
      },
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    ],
    [
      'an hour after five minutes',
      { tools: [{ ...TOOL, cache_control: EPHEMERAL }], system: [marked('a', HOUR)] },
      TTL_ORDER,
    ],
    ['an hour between five minutes', { system: [marked('a'), marked('b', HOUR), marked('c')] }, TTL_ORDER],
  ])('refuses %s', async (_, fields, message) => {
    await expect(read(fields)).rejects.toThrow(refusal(message))
  })

  it('refuses a thread with its own code', async () => {
    await expect(read({ thread: {} })).rejects.toMatchObject({
      code: 'thread-refused',
      message: 'thread: Conversations are not kept on this server. Send all messages.',
    })
    await expect(read({ thread: null })).resolves.toBeDefined()
    await expect(read({ thread: { type: 'create' } })).rejects.toMatchObject({ code: 'thread-refused' })
  })

  it('ignores the creation of a thread under the rule ignoreServerTools, but no thread that exists', async () => {
    const ignoring = { rules: { ignoreServerTools: true } }
    await expect(read({ thread: { type: 'create' } }, ignoring)).resolves.toBeDefined()
    const existing = { type: 'append', thread_id: 'thread_1' }
    await expect(read({ thread: existing }, ignoring)).rejects.toMatchObject({ code: 'thread-refused' })
  })

  it.each<[Partial<PromptFields>, NonNullable<BlockContextChange['capabilities']>, string]>([
    [{ tools: [TOOL] }, { tools: false }, "tools: model 'm' does not support tool use."],
    [
      { output_format: FORMAT },
      { outputSchema: false },
      "output_format: model 'm' does not support structured outputs.",
    ],
    [
      { output_config: { format: FORMAT } },
      { outputSchema: false },
      "output_config.format: model 'm' does not support structured outputs.",
    ],
  ])('refuses %j for a model without that capability', async (fields, capabilities, message) => {
    await expect(read(fields, { capabilities })).rejects.toThrow(refusal(message))
  })

  it('accepts server features under the rule ignoreServerTools, and empty ones always', async () => {
    const ignoring = { rules: { ignoreServerTools: true } }
    await expect(read({ container: 'c', mcp_servers: [{}] }, ignoring)).resolves.toBeDefined()
    await expect(read({ container: null, mcp_servers: [] })).resolves.toBeDefined()
  })

  it('allows tools that must not be called to a model without tool use', async () => {
    const fields = { tools: [TOOL], tool_choice: { type: 'none' } }
    expect((await read(fields, { capabilities: { tools: false } })).conversation.tools).toEqual([])
  })

  it('refuses tool blocks without tools only under the rule strictRequests', async () => {
    const messages = [
      HI,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 't', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1' }] },
    ]
    for (const tools of [undefined, null, []]) {
      expect((await read({ messages, tools })).conversation).toMatchObject({
        tools: [],
        turns: { length: 3 },
      })
      await expect(read({ messages, tools }, { rules: { strictRequests: true } })).rejects.toThrow(
        refusal('Requests which include `tool_use` or `tool_result` blocks must define tools.'),
      )
    }
  })

  it('reads system messages that stand first after the system text', async () => {
    const { conversation } = await read({ system: 'S', messages: [{ role: 'system', content: 'T' }, HI] })
    expect(conversation.system.map(({ block }) => block)).toEqual(['S', 'T'])
  })
})
