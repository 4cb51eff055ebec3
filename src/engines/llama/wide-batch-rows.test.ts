import { expect, it } from 'vitest'
import { wideBatchRows } from './wide-batch-rows.ts'

it('is where a step takes as long as two milliseconds', () => {
  expect(wideBatchRows({ aloneMs: 0.8, togetherMs: 1.7, sequences: 4 })).toBe(5)
  expect(wideBatchRows({ aloneMs: 0.5, togetherMs: 0.8, sequences: 4 })).toBe(16)
})

it('is any batch of a slow model', () => {
  expect(wideBatchRows({ aloneMs: 2.5, togetherMs: 4, sequences: 4 })).toBe(1)
})

it('is that of a prompt at the latest', () => {
  expect(wideBatchRows({ aloneMs: 0.1, togetherMs: 0.12, sequences: 4 })).toBe(32)
  expect(wideBatchRows({ aloneMs: 0.1, togetherMs: 0.1, sequences: 4 })).toBe(32)
  expect(wideBatchRows({ aloneMs: 0.1, togetherMs: 0.1, sequences: 1 })).toBe(32)
})
