import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CacheScope } from '../../../completion/cache-scope.ts'
import { placeRequest } from './place-request.ts'
import type { RunningRequest, Sequence } from './sequence.ts'

/** The tokens that a sequence holds, their scope, and the prompt that is in prefill there, if any. */
interface Content {
  readonly tokens: readonly number[]
  readonly scope: CacheScope
  readonly prefill?: readonly number[] | null
}

function sequencesOf(contents: readonly Content[]): Sequence[] {
  return contents.map(({ tokens, scope, prefill = null }, seqId) => ({
    seqId,
    cachedTokens: [...tokens],
    cacheScope: scope,
    running: prefill === null ? null : inPrefill(prefill),
    lastAdmission: seqId,
  }))
}

function inPrefill(promptTokens: readonly number[]): RunningRequest {
  return { sampledToken: null, request: { promptTokens: Int32Array.from(promptTokens) } } as RunningRequest
}

function place(sequences: readonly Sequence[], tokens: readonly number[], cacheScope: CacheScope = null) {
  const placement = placeRequest(sequences, { promptTokens: Int32Array.from(tokens), cacheScope }, true)
  if (placement === null) return null
  const { target, source, reusedTokens } = placement
  return { target: target.seqId, source: source?.seqId ?? null, reusedTokens }
}

const ascending = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const EMPTY: Content = { tokens: [], scope: null }
const LONG = ascending(40)

describe('placeRequest', () => {
  it('reuses a prefix in place when a request continues it', () => {
    const sequences = sequencesOf([EMPTY, { tokens: LONG, scope: 'one' }])
    expect(place(sequences, [...LONG, 99], 'one')).toEqual({ target: 1, source: null, reusedTokens: 40 })
  })

  it('copies a prefix from a sequence that holds much more', () => {
    const sequences = sequencesOf([EMPTY, EMPTY, { tokens: ascending(400), scope: 'one' }])
    expect(place(sequences, [...LONG, 999], 'one')).toEqual({ target: 0, source: 2, reusedTokens: 40 })
  })

  it('waits for a prefix that is in prefill', () => {
    const sequences = sequencesOf([EMPTY, { tokens: [1], scope: 'one', prefill: LONG }])
    expect(place(sequences, [...LONG, 99], 'one')).toBe(null)
  })

  it.each([
    ['another', 'one'],
    ['another', null],
    [null, 'one'],
  ])('does not use, for scope %j, a prefix that scope %j holds or evaluates', (asking, holding) => {
    const nothing = { target: 0, source: null, reusedTokens: 0 }
    for (const content of [
      { tokens: LONG, scope: holding },
      { tokens: ascending(400), scope: holding },
      { tokens: [1], scope: holding, prefill: LONG },
    ]) {
      expect(place(sequencesOf([EMPTY, EMPTY, content]), [...LONG, 99], asking)).toEqual(nothing)
    }
  })

  it('evicts a prefix of another scope without reusing any of it', () => {
    const sequences = sequencesOf([{ tokens: LONG, scope: 'one' }])
    expect(place(sequences, LONG, 'another')).toEqual({ target: 0, source: null, reusedTokens: 0 })
  })

  it('chooses the same placement whatever other scopes hold and evaluate', () => {
    const text = fc
      .record({ length: fc.nat({ max: 80 }), last: fc.nat({ max: 3 }) })
      .map(({ length, last }) => [...ascending(length), last])
    const content = fc.record({
      tokens: text,
      scope: fc.constantFrom(null, 'one', 'another'),
      prefill: fc.option(text),
    })
    const asked = fc.record({ prompt: text, scope: fc.constantFrom(null, 'one') })
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 6 }), asked, (contents, { prompt, scope }) => {
        const blank = contents.map((one) =>
          one.scope === scope ? one : { ...one, tokens: [], prefill: one.prefill === null ? null : [0] },
        )
        const placement = place(sequencesOf(contents), prompt, scope)
        expect(placement).toEqual(place(sequencesOf(blank), prompt, scope))
        if (placement === null || placement.reusedTokens === 0) return
        expect(contents[placement.source ?? placement.target]?.scope).toBe(scope)
      }),
      { numRuns: 1_000 },
    )
  })
})
