import { expect } from 'vitest'
import { type ConformanceCase, expectError, INVALID_REQUEST } from './conformance-case.ts'
import { HI, messageOf, sendCount, sendMessage } from './message-case.ts'

/** Bodies with every part that a prompt of any model can have. */
const BODIES: readonly Readonly<Record<string, unknown>>[] = [
  { messages: [HI] },
  { system: 'You say little.', messages: [HI] },
  {
    system: [
      { type: 'text', text: 'You say' },
      { type: 'text', text: 'little.' },
    ],
    messages: [HI],
  },
  { messages: [HI, { role: 'assistant', content: 'Hello.' }, { role: 'user', content: 'What is 2 + 3?' }] },
  { messages: [HI, { role: 'assistant', content: 'Hel' }] },
  {
    messages: [
      HI,
      HI,
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'there' },
        ],
      },
    ],
  },
  {
    messages: [
      {
        role: 'user',
        content: [
          {
            type: 'document',
            title: 'A',
            source: { type: 'text', media_type: 'text/plain', data: 'The sky is blue.' },
          },
          { type: 'text', text: 'Hi' },
        ],
      },
    ],
  },
]

/** `POST /v1/messages/count_tokens` */
export const COUNT_TOKENS_CASES: readonly ConformanceCase[] = [
  ...BODIES.map(
    (body, index): ConformanceCase => ({
      number: 'M3a',
      title: `the count is what the message is charged for (body ${index + 1})`,
      check: async (server) => {
        const count = await sendCount(server, { body })
        expect(count.headers.get('content-type')).toBe('application/json')
        const { usage } = await messageOf(await sendMessage(server, { body: { ...body, max_tokens: 1 } }))
        expect(await count.json()).toEqual({ input_tokens: usage.input_tokens })
        expect(usage.input_tokens).toBeGreaterThan(0)
      },
    }),
  ),
  {
    number: 'M3b',
    title: 'fields of only messages are unknown',
    check: async (server) => {
      for (const [field, value] of [
        ['max_tokens', 1],
        ['temperature', 1],
        ['stream', false],
        ['metadata', {}],
      ] as const) {
        const response = await sendCount(server, {
          rawBody: JSON.stringify({ model: 'claude-2', messages: [HI], [field]: value }),
        })
        await expectError(response, 400, INVALID_REQUEST, `${field}: Extra inputs are not permitted`)
      }
    },
  },
  {
    number: 'M3c',
    title: 'an unknown model',
    check: async (server) => {
      const response = await sendCount(server, { body: { model: 'claude-foo' } })
      await expectError(response, 404, 'not_found_error', 'model: claude-foo')
    },
  },
]
