import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RepeatedCallFilter } from './repeated-call-filter.ts'
import type { ReplyPart } from './reply-part.ts'

function call(json: string, name = 'look', id: string | null = null): ReplyPart[] {
  return [{ type: 'tool-call-start', id, name }, ...input(json), { type: 'tool-call-end' }]
}

/** One unit at a time. */
function input(json: string): ReplyPart[] {
  return [...json].map((unit) => ({ type: 'tool-input', json: unit }))
}

function filtered(parts: readonly ReplyPart[]) {
  const filter = new RepeatedCallFilter()
  const passed = parts.flatMap((part) => filter.push(part))
  return { passed: [...passed, ...filter.finish()], hasRepeatedCall: filter.hasRepeatedCall }
}

const text: ReplyPart = { type: 'text', text: 'So.' }

describe('RepeatedCallFilter', () => {
  it.each([
    ['the same call', [...call('{"at":"x"}'), ...call('{"at":"x"}')]],
    [
      'the same call with another id',
      [...call('{"at":"x"}', 'look', 'a'), ...call('{"at":"x"}', 'look', 'b')],
    ],
    ['the same call after a text', [...call('{"at":"x"}'), text, ...call('{"at":"x"}')]],
    ['a call without input', [...call(''), ...call('')]],
  ])('leaves out %s', (_, parts) => {
    const { passed, hasRepeatedCall } = filtered(parts)
    expect(hasRepeatedCall).toBe(true)
    expect(passed.filter(({ type }) => type === 'tool-call-start')).toHaveLength(1)
    expect(passed).toEqual(parts.slice(0, passed.length))
  })

  it('knows a repetition that nothing ends', () => {
    const parts = [...call('{}').slice(0, -1), ...call('{}').slice(0, -1)]
    expect(filtered(parts)).toEqual({ passed: parts.slice(0, 3), hasRepeatedCall: true })
  })

  it.each([
    ['another input', [...call('{"at":"x"}'), ...call('{"at":"y"}')]],
    ['a longer input', [...call('{}'), ...call('{}}')]],
    ['an input that was cut off', [...call('{"at":"x"}'), ...call('{"at"').slice(0, -1)]],
    ['another tool', [...call('{}'), ...call('{}', 'find')]],
    ['a call that is the same as an earlier one', [...call('1'), ...call('2'), ...call('1')]],
    ['a text after the call', [...call('{}'), text]],
  ])('passes on %s', (_, parts) => {
    expect(filtered(parts)).toEqual({ passed: parts, hasRepeatedCall: false })
  })

  it('holds back no more than what is the same', () => {
    const filter = new RepeatedCallFilter()
    for (const part of call('{"at":"x"}')) filter.push(part)
    const [start, ...rest] = call('{"at":"yy"}')
    const passed = [start, ...rest].map((part) => (part === undefined ? 0 : filter.push(part).length))
    expect(passed).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 9, 1, 1, 1, 1])
  })

  it('passes on every reply without a repetition unchanged', () => {
    const calls = fc.array(
      fc.record({ name: fc.constantFrom('a', 'b'), json: fc.constantFrom('', '1', '12', '2') }),
    )
    fc.assert(
      fc.property(calls, (all) => {
        const isFree = all.every((one, index) => {
          const before = all[index - 1]
          return before?.name !== one.name || before.json !== one.json
        })
        const parts = all.flatMap(({ name, json }) => call(json, name))
        const { passed, hasRepeatedCall } = filtered(parts)
        expect(hasRepeatedCall).toBe(!isFree)
        if (isFree) expect(passed).toEqual(parts)
        else expect(passed).toEqual(parts.slice(0, passed.length))
      }),
    )
  })
})
