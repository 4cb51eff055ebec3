import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accepts, grammarAutomaton } from '../../../../test/schema-matcher.ts'
import { type NumberEnd, numberRange } from './number-range.ts'

const decimals = fc.oneof(
  fc
    .tuple(fc.integer({ min: -1200, max: 1200 }), fc.integer({ min: 0, max: 4 }))
    .map(([digits, places]) => digits / 10 ** places),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Number(value.toFixed(12))),
  fc.constantFrom(0, -0, 1, -1, 0.1, 9.99, 10, 99.5, 1e-7, 1e21, 123456789012),
)

function isInside(value: number, low: NumberEnd | null, high: NumberEnd | null): boolean {
  const isAbove = low === null || value > low.value || (value === low.value && !low.isExclusive)
  return isAbove && (high === null || value < high.value || (value === high.value && !high.isExclusive))
}

function textOf(value: number): string | null {
  const text = JSON.stringify(value)
  return text.includes('e') ? null : text
}

describe('numberRange', () => {
  it('allows exactly the numbers of a range', () => {
    fc.assert(
      fc.property(
        fc.option(decimals),
        fc.option(decimals),
        fc.boolean(),
        fc.boolean(),
        fc.array(decimals, { minLength: 1, maxLength: 20 }),
        (min, max, isAboveMin, isBelowMax, values) => {
          const low = min === null ? null : { value: min, isExclusive: isAboveMin }
          const high = max === null ? null : { value: max, isExclusive: isBelowMax }
          const automaton = grammarAutomaton(`root ::= ${numberRange(low, high) ?? '"none"'}`)
          for (const value of [...values, min ?? 0, max ?? 0]) {
            const text = textOf(value)
            if (text !== null)
              expect([text, accepts(automaton, text)]).toEqual([text, isInside(value, low, high)])
          }
        },
      ),
      { numRuns: 400 },
    )
  })

  it.each([
    [0, null, ['0', '0.0', '12.50', '1234567890123456789'], ['-1', '-0.1', '01', '1.', '.5', '1e3']],
    [0.25, 0.5, ['0.25', '0.250', '0.3', '0.5', '0.49999'], ['0.2', '0.2499', '0.51', '0', '1', '-0.3']],
    [-1.5, 2, ['-1.5', '-0', '0.7', '2', '2.00', '-1.499'], ['-1.51', '2.01', '3', '-2']],
  ])('binds numbers from %s to %s', (min, max, fitting, others) => {
    const end = (value: number | null) => (value === null ? null : { value, isExclusive: false })
    const automaton = grammarAutomaton(`root ::= ${numberRange(end(min), end(max))}`)
    expect([...fitting, ...others].filter((text) => accepts(automaton, text))).toEqual(fitting)
  })

  it('has no body for an empty range', () => {
    expect(numberRange({ value: 2, isExclusive: false }, { value: 1, isExclusive: false })).toBeNull()
    expect(numberRange({ value: 1, isExclusive: true }, { value: 1, isExclusive: false })).toBeNull()
  })
})
