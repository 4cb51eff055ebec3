import { expect } from 'vitest'
import { type ConformanceCase, expectError, INVALID_REQUEST } from './conformance-case.ts'
import { HI, messageOf, messageRefusal, messageSuccess, sendMessage } from './message-case.ts'
import { EVERYTHING, WEATHER_TOOL } from './message-response-cases.ts'

const STRICT = { rules: { checkThinking: true } }
const THINKING = { type: 'enabled', budget_tokens: 1024 }
const strictly = (title: string, body: Readonly<Record<string, unknown>>, message: string | RegExp) =>
  messageRefusal(
    'M2.8f',
    `thinking, strict: ${title}`,
    { body: { thinking: THINKING, max_tokens: 2000, temperature: 1, ...body } },
    message,
    { ...STRICT, script: EVERYTHING },
  )

/** Thinking in messages: requested, signed, sent back. */
export const MESSAGE_THINKING_CASES: readonly ConformanceCase[] = [
  messageSuccess('M2.5b', 'thinking on any model, with everything that does not go with it', {
    body: { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 1024, top_k: 5, top_p: 0.7 },
  }),
  messageRefusal(
    'M2.5b',
    'a small budget',
    { body: { thinking: { type: 'enabled', budget_tokens: 1 } } },
    'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
  ),
  messageRefusal(
    'M2.5b',
    'an unknown kind',
    { body: { thinking: { type: 'x' } } },
    /^thinking: Input tag 'x' found using 'type'/,
  ),
  {
    number: 'M2.5b',
    title: 'a budget reaches the model',
    script: EVERYTHING,
    check: async (server) => {
      await messageOf(await sendMessage(server, { body: { thinking: THINKING } }))
      await messageOf(await sendMessage(server, { body: { thinking: { type: 'adaptive' } } }))
      await messageOf(await sendMessage(server, { body: { thinking: { type: 'disabled' } } }))
      expect(
        server.requests?.map(({ prompt, thinkingBudgetTokens }) => [
          prompt.isThinkingEnabled,
          thinkingBudgetTokens,
        ]),
      ).toEqual([
        [true, 1024],
        [true, null],
        [false, null],
      ])
    },
  },
  {
    number: 'M2.5c',
    title: 'thinking is recognized by its signature, and other text is not',
    ...STRICT,
    script: EVERYTHING,
    check: async (server) => {
      const body = { tools: [WEATHER_TOOL], thinking: THINKING, max_tokens: 2000, temperature: 1 }
      const { content } = await messageOf(await sendMessage(server, { body }))
      const results = content.flatMap(({ type, id }) =>
        type === 'tool_use' ? [{ type: 'tool_result', tool_use_id: id }] : [],
      )
      const again = (blocks: readonly unknown[]) =>
        sendMessage(server, {
          body: {
            ...body,
            messages: [HI, { role: 'assistant', content: blocks }, { role: 'user', content: results }],
          },
        })
      await messageOf(await again(content))
      expect(server.requests?.at(-1)?.prompt.turns[1]?.parts[0]).toEqual({
        type: 'thinking',
        text: 'Let me see.',
        signature: null,
      })
      for (const change of [{ thinking: 'Let me go.' }, { signature: 'EqQB' }]) {
        const response = await again([{ ...content[0], ...change }, ...content.slice(1)])
        const message = 'messages.1.content.0: Invalid `signature` in `thinking` block'
        await expectError(response, 400, INVALID_REQUEST, message)
      }
    },
  },
  {
    number: 'M2.5d',
    title: 'an engine signs its own thinking, and gets its signature back',
    script: {
      steps: [
        { yields: { type: 'thinking-delta', text: 'Hm.', completionTokens: 1 } },
        { yields: { type: 'thinking-signature', signature: 'ErUB' } },
        'Ok',
        { ends: 'end-of-generation' },
      ],
    },
    check: async (server) => {
      const { content } = await messageOf(await sendMessage(server))
      expect(content[0]).toEqual({ type: 'thinking', thinking: 'Hm.', signature: 'ErUB' })
      await messageOf(
        await sendMessage(server, { body: { messages: [HI, { role: 'assistant', content }, HI] } }),
      )
      expect(server.requests?.at(-1)?.prompt.turns[1]?.parts[0]).toMatchObject({ signature: 'ErUB' })
    },
  },
  strictly(
    'a forced tool',
    { tools: [WEATHER_TOOL], tool_choice: { type: 'any' } },
    'Thinking may not be enabled when tool_choice forces tool use.',
  ),
  strictly(
    'temperature',
    { temperature: 0.5 },
    /^`temperature` may only be set to 1 when thinking is enabled/,
  ),
  strictly('top_p', { top_p: 0.9 }, /^`top_p` must be .* unset when thinking is enabled\.$/),
  strictly('top_k', { top_k: 5 }, /^`top_k` must be unset when thinking is enabled\.$/),
  strictly('the budget', { max_tokens: 1024 }, '`max_tokens` must be greater than `thinking.budget_tokens`.'),
  strictly(
    'a prefill',
    { messages: [HI, { role: 'assistant', content: 'He' }] },
    /^messages\.1\.content\.0\.type: Expected `thinking` or `redacted_thinking`, but found `text`\. When `thinking` is enabled/,
  ),
  strictly(
    'a call without its thinking',
    {
      tools: [WEATHER_TOOL],
      messages: [
        HI,
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'get_weather', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't' }] },
      ],
    },
    /^messages\.1\.content\.0\.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`\./,
  ),
]
