import { describe, it } from 'vitest'
import { expectLinearCost } from '../../../../test/cost-growth.ts'
import { type GrowingField, longText, many, manyKeys, manyWrong } from '../../../../test/growing-values.ts'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import { WorkSlices } from '../../../util/work-slices.ts'
import { responsesFormat } from './responses-format.ts'
import { type EchoedFields, parseResponsesParams } from './responses-params.ts'

// Every field that a client can fill, filled with more and more, and a response that gets longer and longer.

type Body = Readonly<Record<string, unknown>>

const HI = { role: 'user', content: 'Hi' }
const reading = {
  resolveModel: (id: string) => id,
  capabilitiesOf: () => ({ tools: true, images: true, outputSchema: true, rawPrompts: true }),
  rules: { allowImageUrls: true },
  findItem: () => undefined,
}
const costs = () => ({ slices: new WorkSlices(), holdMembers: () => undefined })
const called = (index: number) => [
  { type: 'function_call', call_id: `c${index}`, name: 'a', arguments: '{"b":1}' },
  { type: 'function_call_output', call_id: `c${index}`, output: 'b' },
]
const toolsOf = (size: number, tool: (index: number) => object) => many(Math.min(size, 10_000), tool)

describe('/v1/responses', () => {
  const fields: readonly GrowingField[] = [
    ['a text', 50_000, (size) => ({ input: longText(size) })],
    ['instructions', 50_000, (size) => ({ input: 'Hi', instructions: longText(size) })],
    ['items of the user', 1_000, (size) => ({ input: many(size, () => HI) })],
    [
      'items of the user and the assistant',
      1_000,
      (size) => ({ input: many(size, (index) => ({ ...HI, role: index % 2 ? 'assistant' : 'user' })) }),
    ],
    [
      'items of the developer',
      1_000,
      (size) => ({ input: [HI, ...many(size, () => ({ ...HI, role: 'developer' }))] }),
    ],
    ['calls and their outputs', 1_000, (size) => ({ input: [HI, ...many(size, called).flat()] })],
    [
      'reasoning',
      1_000,
      (size) => ({
        input: [
          HI,
          ...many(size, () => ({ type: 'reasoning', summary: [{ type: 'summary_text', text: 'a' }] })),
          HI,
        ],
      }),
    ],
    [
      'items that are left out',
      1_000,
      (size) => ({ input: [HI, ...many(size, () => ({ type: 'mcp_call' }))] }),
    ],
    ['wrong items', 100_000, (size) => ({ input: manyWrong(size) })],
    [
      'parts',
      2_000,
      (size) => ({
        input: [{ role: 'user', content: many(size, () => ({ type: 'input_text', text: 'a' })) }],
      }),
    ],
    ['wrong parts', 100_000, (size) => ({ input: [{ role: 'user', content: manyWrong(size) }] })],
    [
      'arguments',
      20_000,
      (size) => ({
        input: [HI, { ...called(1)[0], arguments: JSON.stringify({ a: manyWrong(size) }) }],
      }),
    ],
    [
      'tools',
      1_000,
      (size) => ({ input: 'Hi', tools: toolsOf(size, (index) => ({ type: 'function', name: `t${index}` })) }),
    ],
    [
      'tools that are left out',
      1_000,
      (size) => ({ input: 'Hi', tools: toolsOf(size, () => ({ type: 'mcp' })) }),
    ],
    ['wrong tools', 50_000, (size) => ({ input: 'Hi', tools: manyWrong(size) })],
    [
      'allowed tools',
      1_000,
      (size) => ({
        input: 'Hi',
        tools: toolsOf(size, (index) => ({ type: 'function', name: `t${index}` })),
        tool_choice: {
          type: 'allowed_tools',
          tools: toolsOf(size, (index) => ({ type: 'function', name: `t${index}` })),
        },
      }),
    ],
    ['metadata', 20_000, (size) => ({ input: 'Hi', metadata: manyKeys(size) })],
    ['unknown fields', 20_000, (size) => ({ input: 'Hi', ...manyKeys(size) })],
  ]
  it.each(fields)('takes time in proportion to %s', async (_, size, body) => {
    const make = (of: number) => ({ model: 'm', ...body(of) })
    const run = (made: Body) => parseResponsesParams(made, { ...reading, costs: costs() })
    await expectLinearCost({ make, run }, size)
  })
})

describe('a response', () => {
  const start: CompletionEvent = { type: 'completion-start', promptTokens: 1 }
  const end: CompletionEvent = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
  const text: CompletionEvent = { type: 'text-delta', text: 'a "word" ', completionTokens: 1 }
  const call: CompletionEvent = { type: 'tool-call-start', id: null, name: 'a', completionTokens: 1 }
  const format = () =>
    responsesFormat({
      modelId: 'm',
      store: true,
      customTools: new Set(),
      namespacedNames: new Map(),
      echoed: {} as EchoedFields,
      nowMs: 0,
      keepItem: () => undefined,
    })

  it.each([
    ['texts', text],
    ['calls', call],
  ])('takes time in proportion to %s, streamed', async (_, event) => {
    const make = (size: number) => many(size, () => event)
    const run = (events: readonly CompletionEvent[]) => {
      const writer = format().streamWriter()
      writer.open({ type: 'completion-start', promptTokens: 1 })
      for (const one of [...events, end]) Buffer.byteLength(writer.write([one]))
    }
    await expectLinearCost({ make, run }, 2_000)
  })

  it.each([
    ['texts', text],
    ['calls', call],
  ])('takes time in proportion to %s, whole', async (_, event) => {
    const make = (size: number) => [start, ...many(size, () => event), end]
    await expectLinearCost({ make, run: (events) => void JSON.stringify(format().body(events)) }, 5_000)
  })
})
