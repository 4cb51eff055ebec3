import { describe, expect, it } from 'vitest'
import { minWideBatchTokens } from './min-wide-batch-tokens.ts'

describe('minWideBatchTokens', () => {
  it('is the smallest batch for which all threads are a fifth faster', () => {
    const few = { singleMs: 0.75, batchedMs: 5.25, sequences: 16 }
    expect(minWideBatchTokens(few, { singleMs: 0.75, batchedMs: 3.75, sequences: 16 })).toBe(4)
    expect(minWideBatchTokens(few, { singleMs: 1.2, batchedMs: 3.75, sequences: 16 })).toBe(9)
    expect(minWideBatchTokens(few, { singleMs: 0.5, batchedMs: 3.75, sequences: 16 })).toBe(1)
  })

  it('is that of a prompt chunk where all threads are not faster', () => {
    const few = { singleMs: 80, batchedMs: 160, sequences: 16 }
    expect(minWideBatchTokens(few, { singleMs: 76, batchedMs: 150, sequences: 16 })).toBe(32)
    expect(
      minWideBatchTokens(
        { ...few, sequences: 1, batchedMs: 80 },
        { singleMs: 80, batchedMs: 80, sequences: 1 },
      ),
    ).toBe(32)
  })
})
