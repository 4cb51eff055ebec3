import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactSequences } from './compact-sequences.ts'
import { isBusy, type RunningRequest, type Sequence } from './sequence.ts'

/** One sequence for each character, in the order of their ids: `b` is busy, `.` is idle; each holds `tokens` tokens. */
function sequencesOf(seqIds: string, tokens = 10): Sequence[] {
  return [...seqIds].map((kind, seqId) => ({
    seqId,
    cachedTokens: Array.from({ length: tokens }, () => 1),
    cacheScope: null,
    running: kind === 'b' ? ({} as RunningRequest) : null,
    lastAdmission: seqId,
  }))
}

const CHEAP = { kvCacheBytesPerToken: 1, modelBytes: 1_000_000 }

function seqIdsAfter(sequences: readonly Sequence[], costs = CHEAP): number[] {
  for (const { busy, idle } of compactSequences(sequences, costs)) {
    ;[busy.seqId, idle.seqId] = [idle.seqId, busy.seqId]
  }
  return sequences
    .filter(isBusy)
    .map(({ seqId }) => seqId)
    .sort((a, b) => a - b)
}

describe('compactSequences', () => {
  it.each([
    ['', 0],
    ['....', 0],
    ['.bbb.', 0],
    ['b.bbb', 1],
    ['b...bbb.', 1],
    ['b.b.b.b', 2],
  ])('makes as few swaps as it can: %s', (seqIds, count) => {
    expect(compactSequences(sequencesOf(seqIds), CHEAP)).toHaveLength(count)
  })

  it('makes the busy ids contiguous, wherever they were', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('b', '.'), { maxLength: 24 }), (seqIds) => {
        const after = seqIdsAfter(sequencesOf(seqIds.join('')))
        expect(after).toHaveLength(seqIds.filter((kind) => kind === 'b').length)
        expect(after.every((seqId, index) => seqId === (after[0] ?? 0) + index)).toBe(true)
      }),
    )
  })

  it('swaps nothing if that costs more than a few steps save', () => {
    const sequences = sequencesOf('b.b', 1_000)
    const moved = 2 * 1_000 * 2
    expect(compactSequences(sequences, { kvCacheBytesPerToken: 4, modelBytes: moved })).toHaveLength(1)
    expect(compactSequences(sequences, { kvCacheBytesPerToken: 5, modelBytes: moved })).toHaveLength(0)
  })
})
