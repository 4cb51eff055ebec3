import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoreToken } from './score-token.ts'

describe('scoreToken', () => {
  it('takes the logarithm of a token’s probability', () => {
    const logits = Float32Array.of(0, Math.log(3), Math.log(4))
    expect(scoreToken(logits, 1, 0)).toEqual({ logprob: expect.closeTo(Math.log(3 / 8), 5), top: [] })
  })

  it('names the likeliest tokens, the first of those that are equal', () => {
    const logits = Float32Array.of(1, 5, 3, 5, 4)
    expect(scoreToken(logits, 0, 3).top.map(({ tokenId }) => tokenId)).toEqual([1, 3, 4])
    expect(scoreToken(logits, 0, 9).top.map(({ tokenId }) => tokenId)).toEqual([1, 3, 4, 2, 0])
  })

  it('gives the likeliest token the same score in both places', () => {
    const logits = Float32Array.of(-3, 8.125, 2)
    const { logprob, top } = scoreToken(logits, 1, 1)
    expect(top).toEqual([{ tokenId: 1, logprob }])
  })

  it('is a distribution, however large the logits are', () => {
    const anyLogits = fc.array(fc.float({ min: -1_000, max: 1_000, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(anyLogits, (values) => {
        const logits = Float32Array.from(values)
        const { top } = scoreToken(logits, 0, logits.length)
        expect(top).toHaveLength(logits.length)
        expect(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeCloseTo(1)
        for (const [index, { logprob }] of top.entries()) {
          expect(logprob).toBeLessThanOrEqual(top[index - 1]?.logprob ?? 0)
        }
      }),
    )
  })
})
