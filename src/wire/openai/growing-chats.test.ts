import { describe, it } from 'vitest'
import { expectLinearCost } from '../../../test/cost-growth.ts'
import { type GrowingField, many, manyKeys, manyWrong } from '../../../test/growing-values.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import { parseChatCompletionParams } from './chat-completion-params.ts'

// Every field that a caller can fill, filled with more and more: what it costs grows as it does.

type Body = Readonly<Record<string, unknown>>

const capabilities = { tools: true, images: true, outputSchema: true, rawPrompts: true }
const rules = { allowImageUrls: true }
const costs = () => ({ slices: new WorkSlices(), holdMembers: () => undefined })
const stops = (size: number) => many(Math.min(size, 8_191), (index) => `stop ${index}`)
const HI = { role: 'user', content: 'Hi' }
const words = (size: number) => many(size, () => ({ type: 'text', text: 'a' }))
const called = (index: number) => ({
  id: `c${index}`,
  type: 'function',
  function: { name: 'a', arguments: '{"b":1}' },
})
const resultOf = (index: number) => ({ role: 'tool', tool_call_id: `c${index}`, content: 'b' })

describe('/v1/chat/completions', () => {
  const fields: readonly GrowingField[] = [
    [
      'messages',
      1_000,
      (size) => ({ messages: many(size, (i) => ({ ...HI, role: i % 2 ? 'assistant' : 'user' })) }),
    ],
    ['messages of the user', 1_000, (size) => ({ messages: many(size, () => HI) })],
    [
      'messages of the system',
      1_000,
      (size) => ({ messages: [HI, ...many(size, () => ({ ...HI, role: 'system' }))] }),
    ],
    ['results of tools', 1_000, (size) => ({ messages: [HI, ...many(size, resultOf)] })],
    [
      'results of functions',
      1_000,
      (size) => ({ messages: [HI, ...many(size, () => ({ ...HI, role: 'function', name: 'f' }))] }),
    ],
    [
      'messages with a picture',
      1_000,
      (size) => ({
        messages: many(size, () => ({
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'http://a/b' } }],
        })),
      }),
    ],
    [
      'messages with calls',
      1_000,
      (size) => ({
        messages: [HI, ...many(size, (index) => ({ role: 'assistant', tool_calls: [called(index)] }))],
      }),
    ],
    ['wrong messages', 100_000, (size) => ({ messages: manyWrong(size) })],
    [
      'calls in one message',
      1_000,
      (size) => ({ messages: [HI, { role: 'assistant', tool_calls: many(Math.min(size, 10_000), called) }] }),
    ],
    [
      'wrong calls',
      100_000,
      (size) => ({ messages: [HI, { role: 'assistant', tool_calls: manyWrong(size) }] }),
    ],
    [
      'arguments',
      20_000,
      (size) => ({
        messages: [
          HI,
          {
            role: 'assistant',
            tool_calls: [
              { ...called(1), function: { name: 'a', arguments: JSON.stringify({ a: manyWrong(size) }) } },
            ],
          },
        ],
      }),
    ],
    [
      'arguments that nest',
      20_000,
      (size) => ({
        messages: [
          HI,
          {
            role: 'assistant',
            tool_calls: [
              {
                ...called(1),
                function: { name: 'a', arguments: `{"a":${'['.repeat(size)}${']'.repeat(size)}}` },
              },
            ],
          },
        ],
      }),
    ],
    ['parts', 2_000, (size) => ({ messages: [{ role: 'user', content: words(size) }] })],
    ['wrong parts', 100_000, (size) => ({ messages: [{ role: 'user', content: manyWrong(size) }] })],
    [
      'a picture',
      200_000,
      (size) => ({
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image_url', image_url: { url: `data:image/png;base64,${'AAAA'.repeat(size)}` } },
            ],
          },
        ],
      }),
    ],
    [
      'an address',
      500_000,
      (size) => ({
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:${';'.repeat(size)}` } }] },
        ],
      }),
    ],
    [
      'tools',
      1_000,
      (size) => ({
        messages: [HI],
        tools: many(Math.min(size, 10_000), (index) => ({
          type: 'function',
          function: { name: `t${index}` },
        })),
      }),
    ],
    ['wrong tools', 50_000, (size) => ({ messages: [HI], tools: manyWrong(size) })],
    [
      'functions',
      1_000,
      (size) => ({
        messages: [HI],
        functions: many(Math.min(size, 10_000), (index) => ({ name: `t${index}` })),
      }),
    ],
    [
      'the schema of a tool',
      20_000,
      (size) => ({
        messages: [HI],
        tools: [{ type: 'function', function: { name: 'a', parameters: manyKeys(size) } }],
      }),
    ],
    [
      'a schema of the reply',
      20_000,
      (size) => ({
        messages: [HI],
        response_format: { type: 'json_schema', json_schema: { schema: manyKeys(size) } },
      }),
    ],
    ['stop sequences', 2_000, (size) => ({ messages: [HI], stop: stops(size) })],
    ['a stop sequence', 100_000, (size) => ({ messages: [HI], stop: 'a'.repeat(size) })],
    ['wrong stop sequences', 100_000, (size) => ({ messages: [HI], stop: manyWrong(size) })],
    ['unknown fields', 20_000, (size) => ({ messages: [HI], ...manyKeys(size) })],
  ]
  it.each(fields)('takes time in proportion to %s', async (_, size, body) => {
    const make = (of: number) => ({ model: 'm', ...body(of) })
    const run = (made: Body) =>
      parseChatCompletionParams(made, {
        costs: costs(),
        resolveModel: (id) => id,
        capabilitiesOf: () => capabilities,
        rules,
      })
    await expectLinearCost({ make, run }, size)
  })
})
