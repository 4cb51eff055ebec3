import { expect } from 'vitest'
import type { Script } from '../scripted-engine.ts'
import { accumulate } from './accumulate-message.ts'
import type { ConformanceCase } from './conformance-case.ts'
import {
  HI,
  messageEvents,
  messageOf,
  messageRefusal,
  type SentMessage,
  sendCount,
  sendMessage,
} from './message-case.ts'
import { WEATHER_TOOL } from './message-response-cases.ts'

const PLAIN: Script = { steps: ['Ok', { ends: 'end-of-generation' }] }
const CACHED = { type: 'ephemeral' }
const SYSTEM = 'You answer questions about the weather with as few words as you can. '.repeat(3)

const cachedSystem = (question: string, ttl?: string) => ({
  system: [{ type: 'text', text: SYSTEM, cache_control: ttl === undefined ? CACHED : { ...CACHED, ttl } }],
  messages: [{ role: 'user', content: question }],
})

/** The charged tokens of a prompt, and their sum. */
function chargedTokens({ usage }: SentMessage) {
  const { input_tokens: input, cache_creation_input_tokens: written, cache_read_input_tokens: read } = usage
  const { ephemeral_5m_input_tokens: written5m, ephemeral_1h_input_tokens: written1h } = usage.cache_creation
  expect(written5m + written1h).toBe(written)
  return { input, written5m, written1h, read, total: input + written + read }
}

const use = (id: string) => ({ type: 'tool_use', id, name: 'get_weather', input: { place: 'Paris' } })
const result = (id: string) => ({
  type: 'tool_result',
  tool_use_id: id,
  content: 'a wet and windy day '.repeat(4),
})
const LOOP = [
  HI,
  ...['t1', 't2', 't3'].flatMap((id) => [
    { role: 'assistant', content: [use(id)] },
    { role: 'user', content: [result(id)] },
  ]),
]
const CLEAR = {
  tools: [WEATHER_TOOL],
  messages: LOOP,
  context_management: {
    edits: [
      {
        type: 'clear_tool_uses_20250919',
        trigger: { type: 'tool_uses', value: 1 },
        keep: { type: 'tool_uses', value: 1 },
      },
    ],
  },
}

/** Prompt-cache token accounting, and context editing. */
export const MESSAGE_CONTEXT_CASES: readonly ConformanceCase[] = [
  {
    number: 'M2.5e',
    title: 'a breakpoint is written once and then read; the count is the sum',
    check: async (server) => {
      const first = chargedTokens(await messageOf(await sendMessage(server, { body: cachedSystem('Rain?') })))
      expect(first).toMatchObject({ read: 0, written1h: 0 })
      expect(first.written5m).toBeGreaterThan(0)
      expect(first.input).toBeGreaterThan(0)
      const second = chargedTokens(
        await messageOf(await sendMessage(server, { body: cachedSystem('Is there sun?') })),
      )
      expect(second).toMatchObject({ read: first.written5m, written5m: 0, written1h: 0 })
      for (const [question, { total }] of [
        ['Rain?', first],
        ['Is there sun?', second],
      ] as const) {
        const { input_tokens } = (await (
          await sendCount(server, { body: cachedSystem(question) })
        ).json()) as { input_tokens: number }
        expect(input_tokens).toBe(total)
      }
    },
  },
  {
    number: 'M2.5e',
    title: 'a stream has the same usage as a message',
    check: async (server) => {
      const body = { ...cachedSystem('Rain?', '1h'), max_tokens: 1 }
      const streamed = accumulate(
        await messageEvents(await sendMessage(server, { body: { ...body, stream: true } })),
      )
      const whole = chargedTokens(await messageOf(await sendMessage(server, { body })))
      const first = chargedTokens(streamed)
      expect(first).toMatchObject({ read: 0, written5m: 0, total: whole.total })
      expect(whole).toMatchObject({ read: first.written1h, written1h: 0, input: first.input })
    },
  },
  {
    number: 'M2.5e',
    title: 'a conversation that grows reads what it wrote',
    check: async (server) => {
      const ask = (messages: unknown[]) => ({
        body: { system: SYSTEM, messages, cache_control: CACHED, max_tokens: 1 },
      })
      const first = chargedTokens(await messageOf(await sendMessage(server, ask([HI]))))
      expect(first).toMatchObject({ read: 0, written5m: first.total, input: 0 })
      const longer = [HI, { role: 'assistant', content: 'Hello.' }, { role: 'user', content: 'Rain?' }]
      const second = chargedTokens(await messageOf(await sendMessage(server, ask(longer))))
      expect(second).toMatchObject({ read: first.total, input: 0 })
      expect(second.written5m).toBe(second.total - first.total)
    },
  },
  {
    number: 'M2.5e',
    title: 'without a breakpoint nothing is cached',
    check: async (server) => {
      const { system, messages } = cachedSystem('Rain?')
      await sendMessage(server, { body: { system, messages } })
      const { input, total } = chargedTokens(
        await messageOf(await sendMessage(server, { body: { system: SYSTEM, messages } })),
      )
      expect(input).toBe(total)
    },
  },
  messageRefusal(
    'M2.5e',
    'an hour after five minutes',
    {
      body: {
        system: [{ type: 'text', text: 'x', cache_control: CACHED }],
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'x', cache_control: { ...CACHED, ttl: '1h' } }] },
        ],
      },
    },
    /a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block/,
  ),

  {
    number: 'M2.6a',
    title: 'old tool results are cleared, and the response reports it',
    script: PLAIN,
    check: async (server) => {
      const headers = { 'anthropic-beta': 'context-management-2025-06-27' }
      const whole = await messageOf(await sendMessage(server, { headers, body: CLEAR }))
      const applied = {
        type: 'clear_tool_uses_20250919',
        cleared_tool_uses: 2,
        cleared_input_tokens: expect.any(Number),
      }
      expect(whole.context_management).toEqual({ applied_edits: [applied] })
      expect(Object.keys(whole).at(-1)).toBe('context_management')
      const streamed = accumulate(
        await messageEvents(await sendMessage(server, { headers, body: { ...CLEAR, stream: true } })),
      )
      expect({ ...streamed, id: '' }).toEqual({ ...whole, id: '' })
      const results = server.requests?.[0]?.prompt.turns.flatMap(({ parts }) =>
        parts.flatMap((part) =>
          part.type === 'tool-result' ? [JSON.stringify(part.parts).includes('windy')] : [],
        ),
      )
      expect(results).toEqual([false, false, true])
      const count = await (await sendCount(server, { headers, body: CLEAR })).json()
      const [edit] = whole.context_management?.applied_edits ?? []
      const cleared = (edit as { cleared_input_tokens: number }).cleared_input_tokens
      expect(count).toEqual({
        input_tokens: whole.usage.input_tokens,
        context_management: { original_input_tokens: whole.usage.input_tokens + cleared },
      })
    },
  },
  {
    number: 'M2.6b',
    title: 'without anything to clear, nothing is cleared',
    check: async (server) => {
      const context_management = { edits: [{ type: 'clear_tool_uses_20250919' }] }
      const message = await messageOf(await sendMessage(server, { body: { context_management } }))
      expect(message.context_management).toEqual({ applied_edits: [] })
    },
  },
  messageRefusal(
    'M2.6c',
    'an unknown edit',
    { body: { context_management: { edits: [{ type: 'x' }] } } },
    /^context_management\.edits\.0: Input tag 'x' found/,
  ),
  messageRefusal(
    'M2.6c',
    'thinking to clear where none is asked for',
    { body: { context_management: { edits: [{ type: 'clear_thinking_20251015' }] } } },
    /^context_management\.edits\.0: `clear_thinking_20251015` strategy requires `thinking`/,
    { rules: { strictRequests: true } },
  ),
  {
    number: 'M3d',
    title: 'the count of a beta call includes the tokens before edits',
    check: async (server) => {
      const plain = (await (await sendCount(server)).json()) as { input_tokens: number }
      const beta = { ...plain, context_management: { original_input_tokens: plain.input_tokens } }
      const headers = { 'anthropic-beta': 'string,token-counting-2024-11-01' }
      expect(await (await sendCount(server, { headers })).json()).toEqual(beta)
      const path = '/v1/messages/count_tokens?beta=true'
      expect(await (await sendCount(server, { path })).json()).toEqual(beta)
    },
  },
]
