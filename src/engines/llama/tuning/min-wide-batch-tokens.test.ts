import { expect, it } from 'vitest'
import { wideBatchRows } from './min-wide-batch-tokens.ts'

it('is where all threads are faster by a fifth', () => {
  const few = { aloneMs: 0.75, togetherMs: 5.25, sequences: 16 }
  expect(wideBatchRows(few, { aloneMs: 0.75, togetherMs: 3.75, sequences: 16 })).toBe(4)
  expect(wideBatchRows(few, { aloneMs: 1.2, togetherMs: 3.75, sequences: 16 })).toBe(9)
  expect(wideBatchRows(few, { aloneMs: 0.5, togetherMs: 3.75, sequences: 16 })).toBe(1)
})

it('is that of a prompt where they are not', () => {
  const few = { aloneMs: 80, togetherMs: 160, sequences: 16 }
  expect(wideBatchRows(few, { aloneMs: 76, togetherMs: 150, sequences: 16 })).toBe(32)
  expect(
    wideBatchRows({ ...few, sequences: 1, togetherMs: 80 }, { aloneMs: 80, togetherMs: 80, sequences: 1 }),
  ).toBe(32)
})
