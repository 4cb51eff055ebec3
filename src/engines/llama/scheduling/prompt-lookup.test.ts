import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PromptLookup } from './prompt-lookup.ts'

const REPEATED = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0, 1, 2, 3, 4]

function following(tokens: readonly number[]): PromptLookup {
  const lookup = new PromptLookup()
  lookup.follow(tokens)
  return lookup
}

/** A prompt that is followed one token at a time. */
function followedSlowly(promptTokens: readonly number[], completion: readonly number[]): PromptLookup {
  const lookup = new PromptLookup()
  const tokens = [...promptTokens]
  for (const token of completion) {
    tokens.push(token)
    lookup.follow(tokens)
  }
  return lookup
}

function range(length: number, start = 0): number[] {
  return Array.from({ length }, (_, index) => start + index)
}

describe('PromptLookup', () => {
  it('drafts what followed the last time', () => {
    expect(following(REPEATED).draft(REPEATED, 3)).toEqual([5, 6, 7])
  })

  it('uses the most recent of several occurrences', () => {
    const tokens = [1, 2, 3, 4, 5, 1, 2, 3, 4, 6, 0, 0, 1, 2, 3, 4]
    expect(following(tokens).draft(tokens, 3)).toEqual([6, 0, 0])
  })

  it('continues with its own draft where a text repeats itself at once', () => {
    const tokens = [1, 2, 3, 1, 2, 3]
    expect(following(tokens).draft(tokens, 8)).toEqual([1, 2, 3, 1, 2, 3, 1, 2])
    const ones = [9, 1, 1, 1, 1, 1]
    expect(following(ones).draft(ones, 3)).toEqual([1, 1, 1])
  })

  it.each([[[1]], [[1, 2, 3]], [[1, 2, 3, 4]], [[2, 3, 9, 1, 2, 3]]])('drafts nothing for %j', (tokens) => {
    expect(following(tokens).draft(tokens, 100)).toEqual([])
    expect(following(tokens).expectedTokens(100)).toEqual([])
  })

  it('expects more of a longer match', () => {
    const [short = 0] = following([1, 2, 3, 9, 1, 2, 3]).expectedTokens(1)
    const text = range(20)
    const [long = 0] = following([...text, ...text]).expectedTokens(1)
    expect(short).toBeLessThan(0.5)
    expect(long).toBeGreaterThan(0.8)
  })

  it('expects more where what it expected came, and less where it did not, without an evaluation', () => {
    const text = range(60)
    const firstOf = (completion: readonly number[]) =>
      followedSlowly(text, completion).expectedTokens(1)[0] ?? 0
    const untried = firstOf([1, 2, 3])
    expect(firstOf([1, 2, 3, 4, 99, 10, 11, 12, 13, 98, 20, 21, 22])).toBeGreaterThan(untried)
    expect(firstOf([1, 2, 3, 99, 10, 11, 12, 98, 20, 21, 22])).toBeLessThan(untried)
  })

  it('does not take repetitions in the prompt for repetitions of it', () => {
    const text = range(40)
    const once = following([...text, 99, 0, 1, 2])
    const often = following([...text, ...text, ...text, 99, 0, 1, 2])
    expect(often.expectedTokens(4)).toEqual(once.expectedTokens(4))
  })

  it('expects as many tokens whether it follows them together or one after the other', () => {
    const anyTokens = fc.array(fc.nat(2), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(anyTokens, anyTokens, (prompt, completion) => {
        const together = new PromptLookup()
        together.follow([...prompt, ...completion.slice(0, 1)])
        together.follow([...prompt, ...completion])
        const apart = followedSlowly(prompt, completion)
        const tokens = [...prompt, ...completion]
        expect(together.draft(tokens, 5)).toEqual(apart.draft(tokens, 5))
        expect(together.expectedTokens(5)).toEqual(apart.expectedTokens(5))
      }),
    )
  })

  it('drafts only tokens that followed the same three', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: 60 }), (tokens) => {
        const draftTokens = following(tokens).draft(tokens, 3)
        if (draftTokens.length === 0) return
        const wanted = [...tokens.slice(-3), ...draftTokens]
        const text = [...tokens, ...draftTokens]
        const found = tokens.some((_, at) => at < tokens.length - 3 && equal(text.slice(at, at + 6), wanted))
        expect(found).toBe(true)
      }),
    )
  })
})

function equal(one: readonly number[], other: readonly number[]): boolean {
  return one.join() === other.join()
}
