import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CLOCK, upstreamConversation, WEATHER } from '../../../../test/upstream-histories.ts'
import { collectCompletion } from '../../../completion/collected-completion.ts'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { ToolChoice } from '../../../completion/tool.ts'
import { type DecodedPiece, ResponseEvents } from './response-events.ts'

const call = (index: number, fields: object = {}): DecodedPiece => ({
  type: 'tool-call',
  index,
  id: null,
  name: '',
  json: '',
  isEnd: false,
  ...fields,
})

function response(isThinkingEnabled = true) {
  const request = upstreamConversation({ tools: [WEATHER, CLOCK], isThinkingEnabled })
  return new ResponseEvents(request, 'http://u', () => undefined)
}

const anyText = fc.constantFrom('', ' ', 'word', '👩‍🚀', 'half \ud83d', '\ude00 half')
/** Anything that an upstream might send, in any order; calls are begun and ended, or left open. */
const anyPiece: fc.Arbitrary<DecodedPiece> = fc.oneof(
  fc.record({ type: fc.constant('thinking' as const), text: anyText }),
  fc.record({ type: fc.constant('thinking-signature' as const), signature: fc.constantFrom('', 's') }),
  fc.record({ type: fc.constant('text' as const), text: anyText }),
  fc
    .tuple(fc.nat(3), fc.constantFrom('', '{"a":', '"', '1', '}', '{}'), fc.boolean())
    .map(([index, json, isEnd]) => call(index, { name: `f${index}`, json, isEnd })),
)
/** The pieces of each event, and how many tokens the upstream has counted since the event before; null: it does not say. */
const anyEvents = fc.array(
  fc.tuple(fc.array(anyPiece, { maxLength: 4 }), fc.option(fc.nat(5), { freq: 2 })),
  { maxLength: 30 },
)

describe('ResponseEvents', () => {
  const called = (index: number, json: string) => call(index, { id: `c${index}`, name: WEATHER.name, json })

  it.each<[ToolChoice, string[], number, boolean]>([
    [{ type: 'any' }, ['{"a":1}', '{"a":1}', '{"a":1}'], 1, true],
    [{ type: 'any' }, ['{"a":1}', '{"a":2}', '{"a":1}'], 3, false],
    [{ type: 'tool', name: WEATHER.name }, ['{"a":1}', '{"a":2}'], 1, true],
    [{ type: 'auto' }, ['{"a":1}', '{"a":1}'], 2, false],
  ])('for the choice %j shows of the calls %j the first %i', (toolChoice, inputs, shown, isOver) => {
    const request = { ...upstreamConversation({ tools: [WEATHER, CLOCK] }), toolChoice }
    const reader = new ResponseEvents(request, 'http://u', () => undefined)
    const events: CompletionEvent[] = []
    for (const [index, json] of inputs.entries()) {
      if (!reader.isOver) events.push(...reader.add([called(index, json)], null))
    }
    expect(reader.isOver).toBe(isOver)
    if (!isOver) events.push(...reader.close('end-of-generation'))
    const { parts, end } = collectCompletion(events)
    expect(parts).toHaveLength(shown)
    expect(end?.stopReason).toBe('tool-call')
  })

  it('keeps the order that is promised, whatever comes', () => {
    fc.assert(
      fc.property(anyEvents, fc.boolean(), (sent, isThinkingEnabled) => {
        const events: CompletionEvent[] = []
        const reader = response(isThinkingEnabled)
        try {
          for (const [pieces] of sent) events.push(...reader.add(pieces, null))
          events.push(...reader.close('end-of-generation'))
        } catch (error) {
          // Most of these inputs of calls cannot be one.
          expect(error).toMatchObject({ kind: 'malformed-tool-call' })
        }
        expectPromisedOrder(events)
        const { parts, end } = collectCompletion(events)
        const hasCall = parts.some((part) => part.type === 'tool-call')
        if (end !== null) expect(end.stopReason).toBe(hasCall ? 'tool-call' : 'end-of-generation')
        if (!isThinkingEnabled) expect(parts.some((part) => part.type === 'thinking')).toBe(false)
      }),
    )
  })

  it('counts every token once, with whatever it came', () => {
    fc.assert(
      fc.property(anyEvents, fc.boolean(), (sent, isThinkingEnabled) => {
        const reader = response(isThinkingEnabled)
        const events: CompletionEvent[] = []
        let counted = 0
        for (const [pieces, tokens] of sent) {
          const textAlone = pieces.filter(({ type }) => type !== 'tool-call')
          counted += tokens ?? 0
          // A count is at least what was counted here: an upstream that counts late counts no less.
          counted = Math.max(counted, reader.completionTokens)
          events.push(...reader.add(textAlone, tokens === null ? null : counted))
        }
        events.push(...reader.close('max-tokens'))
        expect(collectCompletion(events).completionTokens).toBe(reader.completionTokens)
        expect(reader.completionTokens).toBeGreaterThanOrEqual(sent.at(-1)?.[1] == null ? 0 : counted)
      }),
    )
  })

  it('lets no tokens wait for a text where it is clear with what they came', () => {
    const reader = response()
    expect(reader.add([], 2)).toEqual([])
    expect(reader.add([{ type: 'thinking', text: 'Hm.' }], 3)).toEqual([
      { type: 'thinking-delta', text: 'Hm.', completionTokens: 3 },
    ])
    expect(reader.add([], 4)).toEqual([{ type: 'thinking-delta', text: '', completionTokens: 1 }])
    reader.add([call(0, { id: 'a', name: 'f', json: '{' })], 5)
    expect(reader.add([], 7)).toEqual([{ type: 'tool-input-delta', json: '', completionTokens: 2 }])
    expect(reader.add([call(0, { json: '}' }), { type: 'text', text: 'So.' }], 9)).toEqual([
      { type: 'tool-input-delta', json: '}', completionTokens: 2 },
      { type: 'text-delta', text: 'So.', completionTokens: 0 },
    ])
    expect(response(false).add([{ type: 'thinking', text: 'Hm.' }], 3)).toEqual([
      { type: 'text-delta', text: '', completionTokens: 3 },
    ])
  })

  it.each([
    [64, '', 'max-tokens'],
    [64, '{"city":', 'max-tokens'],
    [64, '{}', 'tool-call'],
    [63, '', 'tool-call'],
  ])('ends a call after %i of 64 tokens with the input %j as %s', (tokens, json, stopReason) => {
    const reader = response()
    reader.add([call(0, { id: 'a', name: 'f', json })], tokens)
    expect(reader.close('tool-call').at(-1)).toMatchObject({ stopReason })
  })

  it('gives the tokens of an answer without anything to its end', () => {
    const reader = response()
    reader.add([], 2)
    expect(reader.close('max-tokens')).toEqual([
      { type: 'text-delta', text: '', completionTokens: 2 },
      { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null },
    ])
  })
})

/** Thinking before all else, inputs only after a call, whole characters, the end last. */
function expectPromisedOrder(events: readonly CompletionEvent[]): void {
  let last = ''
  for (const [index, event] of events.entries()) {
    if (event.type === 'tool-input-delta') expect(last).toMatch(/^tool-/)
    if (event.type === 'completion-end') expect(index).toBe(events.length - 1)
    if ('text' in event) expect(event.text).not.toMatch(/[\ud800-\udbff]$/)
    last = event.type
  }
}
