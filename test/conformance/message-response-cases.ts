import { expect } from 'vitest'
import type { CompletionEvent } from '../../src/completion/completion-event.ts'
import type { Script } from '../scripted-engine.ts'
import { type ConformanceCase, expectError, INVALID_REQUEST } from './conformance-case.ts'
import { MESSAGES_MODEL, messageOf, sendMessage } from './message-case.ts'

const yields = (event: CompletionEvent) => ({ yields: event })
/** Thinking, a text, and two calls, one of them with no input. */
export const EVERYTHING: Script = {
  steps: [
    yields({ type: 'thinking-delta', text: 'Let me ', completionTokens: 2 }),
    yields({ type: 'thinking-delta', text: 'see.', completionTokens: 1 }),
    'I look.',
    yields({ type: 'tool-call-start', id: null, name: 'get_weather', completionTokens: 3 }),
    yields({ type: 'tool-input-delta', json: '{"place":"Pa', completionTokens: 2 }),
    yields({ type: 'tool-input-delta', json: 'ris"}', completionTokens: 2 }),
    yields({ type: 'tool-call-start', id: 'call_7', name: 'rest', completionTokens: 1 }),
    { ends: 'tool-call' },
  ],
}

/** {@link EVERYTHING} as a message. */
export const EVERYTHING_CONTENT = [
  { type: 'thinking', thinking: 'Let me see.', signature: expect.stringMatching(/^[A-Za-z0-9+/]{40,}=*$/) },
  { type: 'text', text: 'I look.' },
  {
    type: 'tool_use',
    id: expect.stringMatching(/^toolu_01[0-9A-Za-z]{22}$/),
    name: 'get_weather',
    input: { place: 'Paris' },
  },
  { type: 'tool_use', id: 'call_7', name: 'rest', input: {} },
]

/** Two parts of thinking, the second redacted, and no text between them. */
export const SIGNED_THINKING: Script = {
  steps: [
    yields({ type: 'thinking-delta', text: 'Hm.', completionTokens: 1 }),
    yields({ type: 'thinking-signature', signature: 's1' }),
    yields({ type: 'thinking-signature', signature: 's2' }),
    yields({ type: 'thinking-delta', text: 'So.', completionTokens: 1 }),
    yields({ type: 'thinking-signature', signature: 's3' }),
    'Yes.',
    { ends: 'end-of-generation' },
  ],
}

/** {@link SIGNED_THINKING} as a message. */
export const SIGNED_THINKING_CONTENT = [
  { type: 'thinking', thinking: 'Hm.', signature: 's1' },
  { type: 'thinking', thinking: '', signature: 's2' },
  { type: 'thinking', thinking: 'So.', signature: 's3' },
  { type: 'text', text: 'Yes.' },
]

export const WEATHER_TOOL = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { place: { type: 'string' } } },
}

/** Messages that are not streamed. */
export const MESSAGE_RESPONSE_CASES: readonly ConformanceCase[] = [
  {
    number: 'M2.3a',
    title: 'a message, with its keys in order',
    check: async (server) => {
      const response = await sendMessage(server)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(response.headers.get('request-id')).toMatch(/^req_/)
      expect(response.headers.get('anthropic-organization-id')).not.toBeNull()
      const message = await messageOf(response)
      expect(Object.keys(message)).toEqual([
        'model',
        'id',
        'type',
        'role',
        'content',
        'stop_reason',
        'stop_sequence',
        'usage',
      ])
      expect(message).toEqual({
        model: MESSAGES_MODEL,
        id: expect.stringMatching(/^msg_01[0-9A-Za-z]{22}$/),
        type: 'message',
        role: 'assistant',
        content: [{ type: 'text', text: expect.stringMatching(/\S/) }],
        stop_reason: expect.stringMatching(/^(end_turn|max_tokens)$/),
        stop_sequence: null,
        usage: {
          input_tokens: expect.any(Number),
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
          output_tokens: expect.any(Number),
          service_tier: 'standard',
        },
      })
      expect(message.usage.input_tokens).toBeGreaterThan(0)
      expect(message.usage.output_tokens).toBeGreaterThan(0)
    },
  },
  {
    number: 'M2.3b',
    title: 'an alias is resolved to its snapshot',
    check: async (server) => {
      const message = await messageOf(await sendMessage(server, { body: { model: 'claude-opus-4-5' } }))
      expect(message.model).toBe(MESSAGES_MODEL)
    },
  },
  {
    number: 'M2.3c',
    title: 'thinking, text and calls become blocks',
    script: EVERYTHING,
    check: async (server) => {
      const message = await messageOf(await sendMessage(server, { body: { tools: [WEATHER_TOOL] } }))
      expect(message).toMatchObject({ content: EVERYTHING_CONTENT, stop_reason: 'tool_use' })
      expect(message.usage.output_tokens).toBe(12)
    },
  },
  {
    number: 'M2.3c2',
    title: 'every signed part of thinking is a block',
    script: SIGNED_THINKING,
    check: async (server) =>
      expect((await messageOf(await sendMessage(server))).content).toEqual(SIGNED_THINKING_CONTENT),
  },
  {
    number: 'M2.3d',
    title: 'an empty text is no block',
    script: {
      steps: [yields({ type: 'text-delta', text: '', completionTokens: 1 }), { ends: 'end-of-generation' }],
    },
    check: async (server) => {
      const message = await messageOf(await sendMessage(server))
      expect(message).toMatchObject({ content: [], stop_reason: 'end_turn', usage: { output_tokens: 1 } })
    },
  },
  {
    number: 'M2.3e',
    title: 'a call that was cut short has its partial input',
    script: {
      steps: [
        yields({ type: 'tool-call-start', id: null, name: 'get_weather', completionTokens: 1 }),
        yields({ type: 'tool-input-delta', json: '{"place": "Par', completionTokens: 1 }),
        { ends: 'max-tokens' },
      ],
    },
    check: async (server) => {
      const message = await messageOf(await sendMessage(server, { body: { tools: [WEATHER_TOOL] } }))
      expect(message).toMatchObject({ content: [{ input: { place: 'Par' } }], stop_reason: 'max_tokens' })
    },
  },
  {
    number: 'M2.3f',
    title: 'the stop sequence that was found',
    script: { steps: ['one ST', 'OP two', { ends: 'end-of-generation' }] },
    check: async (server) => {
      const message = await messageOf(await sendMessage(server, { body: { stop_sequences: ['x', 'STOP'] } }))
      expect(message).toMatchObject({
        content: [{ type: 'text', text: 'one ' }],
        stop_reason: 'stop_sequence',
        stop_sequence: 'STOP',
      })
    },
  },
  ...(
    [
      ['end-of-generation', 'end_turn', 'end_turn'],
      ['max-tokens', 'max_tokens', 'max_tokens'],
      ['refusal', 'refusal', 'refusal'],
      ['context-window', 'max_tokens', 'model_context_window_exceeded'],
    ] as const
  ).map(
    ([ends, without, withBeta]): ConformanceCase => ({
      number: 'M2.3g',
      title: `the stop reason of ${ends}`,
      script: { steps: ['a', { ends }] },
      check: async (server) => {
        expect((await messageOf(await sendMessage(server))).stop_reason).toBe(without)
        const headers = { 'anthropic-beta': 'a, model-context-window-exceeded-2025-08-26' }
        expect((await messageOf(await sendMessage(server, { headers }))).stop_reason).toBe(withBeta)
      },
    }),
  ),
  {
    number: 'M2.3h',
    title: 'a prefilled reply is continued',
    check: async (server) => {
      const messages = [
        { role: 'user', content: 'Say hello.' },
        { role: 'assistant', content: 'Hel' },
      ]
      await messageOf(await sendMessage(server, { body: { messages } }))
      const { prompt } = server.requests?.[0] ?? {}
      if (prompt)
        expect(prompt).toMatchObject({ kind: 'conversation', prefill: 'Hel', turns: [{ role: 'user' }] })
    },
  },
  {
    number: 'M2.3i',
    title: 'max_tokens beyond the window is capped',
    check: async (server) =>
      void (await messageOf(await sendMessage(server, { body: { max_tokens: 1_000_000 } }))),
  },
  {
    number: 'M1',
    title: 'other methods',
    check: async (server) => {
      for (const path of ['/v1/messages', '/v1/messages/count_tokens']) {
        const response = await sendMessage(server, { method: 'GET', path })
        expect(response.headers.get('allow')).toBe('POST')
        await expectError(response, 405, INVALID_REQUEST, 'Method Not Allowed')
      }
    },
  },
]
