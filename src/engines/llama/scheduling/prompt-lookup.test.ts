import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PromptLookup } from './prompt-lookup.ts'

const REPEATED = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0, 1, 2, 3, 4]

describe('PromptLookup', () => {
  it('drafts what followed the last time', () => {
    expect(new PromptLookup().draft(REPEATED, 100)).toEqual([5, 6, 7])
  })

  it('uses the most recent of several occurrences', () => {
    expect(new PromptLookup().draft([1, 2, 3, 4, 5, 1, 2, 3, 4, 6, 0, 0, 1, 2, 3, 4], 100)).toEqual([6, 0, 0])
  })

  it.each([[[]], [[1, 2, 3]], [[1, 2, 3, 4]], [[2, 3, 4, 9, 1, 2, 3, 4]]])(
    'drafts nothing for %j',
    (tokens) => {
      expect(new PromptLookup().draft(tokens, 100)).toEqual([])
    },
  )

  it('drafts no more tokens than asked for', () => {
    expect(new PromptLookup().draft(REPEATED, 2)).toEqual([5, 6])
    expect(new PromptLookup().draft(REPEATED, 0)).toEqual([])
  })

  it('drafts more tokens while all are accepted', () => {
    const lookup = new PromptLookup()
    lookup.observe(3, 3)
    expect(lookup.draft(REPEATED, 100)).toHaveLength(6)
    lookup.observe(6, 6)
    expect(lookup.draft(REPEATED, 100)).toHaveLength(8)
  })

  it('pauses longer and longer while all are rejected', () => {
    const lookup = new PromptLookup()
    const pauses = Array.from({ length: 8 }, () => {
      lookup.observe(3, 0)
      let steps = 0
      while (lookup.draft(REPEATED, 100).length === 0) steps++
      return steps
    })
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 64])
  })

  it('drafts only tokens that followed the same n-gram', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { maxLength: 40 }), (tokens) => {
        const draftTokens = new PromptLookup().draft(tokens, 100)
        if (draftTokens.length === 0) return
        const wanted = [...tokens.slice(-4), ...draftTokens].join()
        expect(tokens.some((_, at) => tokens.slice(at, at + 4 + draftTokens.length).join() === wanted)).toBe(
          true,
        )
      }),
    )
  })
})
