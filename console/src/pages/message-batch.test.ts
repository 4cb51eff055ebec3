import { expect, it } from 'vitest'
import { batchTotal, describeCounts } from './message-batch.ts'

const COUNTS = { processing: 0, succeeded: 1200, errored: 2, canceled: 0, expired: 1 }

it('counts all requests of a batch, however they ended', () => {
  expect(batchTotal(COUNTS)).toBe(1203)
})

it('names only ends that there were', () => {
  expect(describeCounts(COUNTS)).toBe('1,200 succeeded, 2 errored, 1 expired')
  expect(describeCounts({ processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 })).toBe('none')
})
