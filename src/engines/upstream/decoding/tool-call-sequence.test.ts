import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { upstreamConversation, WEATHER } from '../../../../test/upstream-histories.ts'
import { collectCompletion } from '../../../completion/collected-completion.ts'
import { ReplyAssembler } from '../../../completion/reply-assembler.ts'
import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { ToolChoice } from '../../../completion/tool.ts'
import { textTurn } from '../../../completion/turn.ts'
import { MAX_TOOL_CALLS, type ToolCallPiece, ToolCallSequence } from './tool-call-sequence.ts'

function sequence(options: { toolChoice?: ToolChoice; tools?: number; warnings?: string[] } = {}) {
  const tools = Array.from({ length: options.tools ?? 2 }, (_, n) => ({ ...WEATHER, name: `tool-${n}` }))
  const request = upstreamConversation({ tools }, { toolChoice: options.toolChoice ?? { type: 'auto' } })
  return new ToolCallSequence(request, 'http://u', (warning) => options.warnings?.push(warning))
}

function piece(index: number | null, fields: Partial<ToolCallPiece>): ToolCallPiece {
  return { type: 'tool-call', index, id: null, name: '', json: '', isEnd: false, ...fields }
}

function callsOf(parts: readonly ReplyPart[]) {
  const reply = new ReplyAssembler({
    showsThinking: false,
    showsText: true,
    endsWithToolCall: false,
    endsWithRepeatedCall: false,
  })
  return collectCompletion(reply.add(parts, 0)).parts
}

function read(pieces: readonly ToolCallPiece[], options: Parameters<typeof sequence>[0] = {}, isCut = false) {
  const calls = sequence(options)
  return callsOf([...pieces.flatMap((one) => calls.push(one)), ...calls.finish(isCut)])
}

const call = (id: string | null, name: string, json: string) => ({ type: 'tool-call', id, name, json })

/** Two to four calls, each cut into pieces as servers may, and the order in which the pieces of all come. */
const anyCalls = fc
  .array(
    fc.record({
      // No two halves of one are the same: that is a name said twice.
      name: fc.stringMatching(/^[a-z]{1,11}_$/),
      input: fc.dictionary(fc.string(), fc.jsonValue()),
      cuts: fc.array(fc.nat(), { maxLength: 6 }),
      nameCut: fc.nat(),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .chain((calls) =>
    fc.record({ calls: fc.constant(calls), order: fc.array(fc.nat(calls.length - 1), { maxLength: 60 }) }),
  )

describe('ToolCallSequence', () => {
  it('puts interleaved pieces in the order of the calls', () => {
    fc.assert(
      fc.property(anyCalls, ({ calls, order }) => {
        const queues = calls.map(({ name, input, cuts, nameCut }, index) => {
          const json = JSON.stringify(input)
          const ends = [...cuts.map((cut) => cut % json.length), json.length].sort((a, b) => a - b)
          const split = nameCut % name.length
          return [
            piece(index, { id: `call-${index}`, name: name.slice(0, split) }),
            piece(index, { name: name.slice(split) }),
            ...ends.map((end, at) => piece(index, { json: json.slice(ends[at - 1] ?? 0, end) })),
          ]
        })
        // The calls begin in order; then they mix.
        const first = queues.map((queue) => queue.shift())
        const mixed = order.map((index) => queues[index]?.shift())
        const pieces = [...first, ...mixed, ...queues.flat()].filter((one) => one !== undefined)
        expect(read(pieces)).toEqual(
          calls.map(({ name, input }, index) => call(`call-${index}`, name, JSON.stringify(input))),
        )
      }),
    )
  })

  it('passes a call on as it arrives', () => {
    const calls = sequence()
    expect(calls.push(piece(0, { id: 'a', name: 'tool-0' }))).toEqual([])
    expect(calls.push(piece(0, { json: '{"x"' }))).toEqual([
      { type: 'tool-call-start', id: 'a', name: 'tool-0' },
      { type: 'tool-input', json: '{"x"' },
    ])
    expect(calls.isOpen).toBe(true)
    expect(calls.push(piece(0, { json: ':1}' }))).toEqual([{ type: 'tool-input', json: ':1}' }])
    expect(calls.isOpen).toBe(false)
    expect(calls.finish(false)).toEqual([])
  })

  it.each<[string, ToolCallPiece[]]>([
    [
      'gives every piece a new id and the name again',
      [
        piece(0, { id: 'a', name: 'tool-0', json: '' }),
        piece(0, { id: 'x', name: 'tool-0', json: '{"n":' }),
        piece(0, { id: 'y', name: 'tool-0', json: '1}' }),
        piece(0, { id: 'z', name: 'tool-0', json: '' }),
        piece(1, { id: 'b', name: 'tool-1', json: '{}' }),
      ],
    ],
    [
      'gives every call the same index',
      [
        piece(0, { id: 'a', name: 'tool-0', json: '{"n":1}' }),
        piece(0, { id: 'b', name: 'tool-1', json: '{}' }),
      ],
    ],
    [
      'gives no index',
      [
        piece(null, { id: 'a', name: 'tool-0', json: '{"n":' }),
        piece(null, { json: '1}' }),
        piece(null, { id: 'b', name: 'tool-1', json: '{}' }),
      ],
    ],
    [
      'begins with the second index',
      [
        piece(1, { id: 'a', name: 'tool-0', json: '{"n":1}' }),
        piece(2, { id: 'b', name: 'tool-1', json: '{}' }),
      ],
    ],
    [
      'sends the input before the name',
      [
        piece(0, { id: 'a', json: '{"n":1}' }),
        piece(0, { name: 'tool-0' }),
        piece(1, { id: 'b', name: 'tool-1' }),
      ],
    ],
  ])('reads a server that %s', (_, pieces) => {
    expect(read(pieces)).toEqual([call('a', 'tool-0', '{"n":1}'), call('b', 'tool-1', '{}')])
  })

  const [first, second] = [
    { type: 'tool-call', name: 'tool-0', json: '{"n":1}' },
    { type: 'tool-call', name: 'tool-1', json: '{"m":2}' },
  ]
  const nothing = { type: 'tool-call', name: 'tool-0', json: '{}' }
  const again = { type: 'tool-call', name: 'tool-0', json: '{"m":2}' }
  const twice = { type: 'tool-call', id: 'a', name: 'tool-0', json: '{"n":1}' }

  it.each<[string, ToolCallPiece[], object[]]>([
    [
      'a new id with the same name, and its input later',
      [
        piece(0, { id: 'a', name: 'tool-0' }),
        piece(0, { json: '{"n":' }),
        piece(0, { json: '1}' }),
        piece(0, { id: 'b', name: 'tool-0' }),
        piece(0, { json: '{"m":' }),
        piece(0, { json: '2}' }),
      ],
      [first, again],
    ],
    [
      'a new id and name, and its input later',
      [
        piece(0, { id: 'a', name: 'tool-0' }),
        piece(0, { json: '{"n":1}' }),
        piece(0, { id: 'b', name: 'tool-1' }),
        piece(0, { json: '{"m":2}' }),
      ],
      [first, second],
    ],
    [
      'a new id and name after a call without input',
      [piece(0, { id: 'a', name: 'tool-0' }), piece(0, { id: 'b', name: 'tool-1', json: '{"m":2}' })],
      [nothing, second],
    ],
    [
      'a new name after a call without input, and no ids',
      [piece(0, { name: 'tool-0' }), piece(0, { name: 'tool-1', json: '{"m":2}' })],
      [nothing, second],
    ],
    [
      'a new name after an input that is not closed',
      [piece(0, { name: 'tool-0', json: '{"n":1' }), piece(0, { name: 'tool-1', json: '{"m":2}' })],
      [first, second],
    ],
    [
      'the same name once more, its input later, and no ids',
      [
        piece(0, { name: 'tool-0' }),
        piece(0, { json: '{"n":1}' }),
        piece(0, { name: 'tool-0' }),
        piece(0, { json: '{"m":2}' }),
      ],
      [first, again],
    ],
    [
      'another input under the same id',
      [
        piece(0, { id: 'a', name: 'tool-0', json: '{"n":1}' }),
        piece(0, { id: 'a', name: 'tool-0', json: '{"m":2}' }),
      ],
      [first, again],
    ],
  ])('begins a call with %s', (_, pieces, expected) => {
    const calls = read(pieces)
    expect(calls).toMatchObject(expected)
    expect(calls).toHaveLength(expected.length)
    const ids = calls.flatMap((one) => (one.type === 'tool-call' && one.id !== null ? [one.id] : []))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('reads a call that is sent twice once', () => {
    const sent = piece(0, { id: 'a', name: 'tool-0', json: '{"n":1}' })
    expect(read([sent, sent])).toEqual([twice])
  })

  it('reads pieces of two calls of one index by their ids', () => {
    const pieces = [
      piece(null, { id: 'a', name: 'tool-0' }),
      piece(null, { id: 'b', name: 'tool-1' }),
      piece(null, { id: 'a', json: '{"n":1}' }),
      piece(null, { id: 'b', json: '{"m":2}' }),
    ]
    expect(read(pieces)).toMatchObject([first, second])
  })

  it('gives no id of the conversation or of the response again', () => {
    const request = upstreamConversation({
      tools: [{ ...WEATHER, name: 'tool-0' }],
      turns: [
        textTurn('user', 'Hi'),
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'call_0', name: 'tool-0', input: {} }] },
        { role: 'user', parts: [{ type: 'tool-result', toolCallId: 'call_0', parts: [], isError: false }] },
      ],
    })
    const calls = new ToolCallSequence(request, 'http://u', () => undefined)
    const parts = [0, 1, 2].flatMap((index) =>
      calls.push(piece(index, { id: index === 0 ? 'call_0' : 'call_1', name: 'tool-0', json: '{}' })),
    )
    const ids = parts.flatMap((part) => (part.type === 'tool-call-start' ? [part.id] : []))
    expect(ids).toEqual([null, 'call_1', null])
  })

  it('gives a call without an id none', () => {
    expect(read([piece(0, { name: 'tool-0', json: '{}' })])).toEqual([call(null, 'tool-0', '{}')])
    const complete = ['tool-0', 'tool-1'].map((name) => piece(null, { name, json: '{}' }))
    expect(read(complete)).toEqual([call(null, 'tool-0', '{}'), call(null, 'tool-1', '{}')])
  })

  it('names a nameless call where only one name is possible', () => {
    const nameless = [piece(0, { id: 'a', json: '{"n":1}' })]
    expect(read(nameless, { tools: 1 })).toEqual([call('a', 'tool-0', '{"n":1}')])
    expect(read(nameless, { toolChoice: { type: 'tool', name: 'tool-1' } })).toEqual([
      call('a', 'tool-1', '{"n":1}'),
    ])
    expect(() => read(nameless)).toThrow(/without a name/)
    expect(read(nameless, {}, true)).toEqual([])
  })

  it('accepts a call that ends without input', () => {
    const calls = sequence()
    calls.push(piece(0, { id: 'a', name: 'tool-0' }))
    expect(callsOf(calls.push(piece(0, { isEnd: true })))).toEqual([call('a', 'tool-0', '{}')])
    expect(calls.isOpen).toBe(false)
  })

  it('ignores an empty piece', () => {
    expect(read([piece(0, {}), piece(null, {})])).toEqual([])
  })

  it('leaves the last call incomplete where the completion was cut short', () => {
    const pieces = [
      piece(0, { id: 'a', name: 'tool-0', json: '{"n":1' }),
      piece(1, { id: 'b', name: 'tool-1', json: '{"m":' }),
    ]
    expect(read(pieces, {}, true)).toEqual([call('a', 'tool-0', '{"n":1}'), call('b', 'tool-1', '{"m":')])
    expect(read([piece(0, { id: 'a', name: 'tool-0' })], {}, true)).toEqual([call('a', 'tool-0', '')])
  })

  it('warns about a repair without quoting it', () => {
    const warnings: string[] = []
    read([piece(0, { id: 'a', name: 'tool-0', json: '{"secret":1' })], { warnings })
    expect(warnings).toEqual(['the input of a tool call was no JSON object and was closed'])
  })

  it('has a bound', () => {
    const calls = sequence()
    for (let index = 0; index < MAX_TOOL_CALLS; index++)
      calls.push(piece(index, { name: 'tool-0', json: '{}' }))
    expect(() => calls.push(piece(MAX_TOOL_CALLS, { name: 'tool-0' }))).toThrow(/more than/)
  })
})
