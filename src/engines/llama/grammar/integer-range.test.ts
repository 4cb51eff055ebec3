import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accepts, grammarAutomaton } from '../../../../test/schema-matcher.ts'
import { integerRange } from './integer-range.ts'

const integers = fc.oneof(
  fc.bigInt({ min: -2000n, max: 2000n }),
  fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }),
)

describe('integerRange', () => {
  it('allows exactly the integers of a range', () => {
    fc.assert(
      fc.property(
        fc.option(integers),
        fc.option(integers),
        fc.array(fc.oneof(integers, fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })), {
          minLength: 1,
          maxLength: 20,
        }),
        (min, max, values) => {
          const automaton = grammarAutomaton(`root ::= ${integerRange(min, max) ?? '"none"'}`)
          const ends = [min, max].filter((end) => end !== null)
          for (const value of [
            ...values,
            ...ends,
            ...ends.map((end) => end + 1n),
            ...ends.map((end) => end - 1n),
          ]) {
            const isInside = (min === null || value >= min) && (max === null || value <= max)
            expect([value, accepts(automaton, String(value))]).toEqual([value, isInside])
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('moves ends inwards that JavaScript may have rounded', () => {
    // A schema's 9223372036854775807 is 9223372036854775808 to JavaScript.
    const automaton = grammarAutomaton(
      `root ::= ${integerRange(null, BigInt(Number('9223372036854775807')))}`,
    )
    expect(accepts(automaton, '9223372036854775808')).toBe(false)
    expect(accepts(automaton, '9223372036854774784')).toBe(true)
    expect(accepts(automaton, '-99999999999999999999')).toBe(true)
  })

  it('writes as many digits as a number of 128 bits has', () => {
    const automaton = grammarAutomaton(`root ::= ${integerRange(0n, null)}`)
    expect(accepts(automaton, String(2n ** 127n - 1n))).toBe(true)
    expect(integerRange(10n ** 40n, null)).toBeNull()
  })
})
