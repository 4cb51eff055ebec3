import type { CompactionCost } from '../decoding/decoding-context.ts'
import { type BusySequence, isBusy, type Sequence } from './sequence.ts'

/** A busy sequence and the idle one whose id it is to have. */
export interface SequenceSwap {
  readonly busy: BusySequence
  readonly idle: Sequence
}

/** A swap must pay for itself within about this many steps. */
const PAYBACK_STEPS = 4
/** What each of the two sequences holds is copied out, and in again. */
const COPIES = 2

/**
 * Finds the fewest swaps that make the ids of the busy sequences contiguous. Where each sequence has its own KV stream,
 * llama.cpp evaluates each run of contiguous ids separately, and reads the whole model for each run.
 *
 * @returns nothing where they are contiguous already, or where swapping costs more than it saves within a few steps
 */
export function compactSequences(
  sequences: readonly Sequence[],
  { kvCacheBytesPerToken, modelBytes }: CompactionCost,
): SequenceSwap[] {
  const bySeqId = [...sequences].sort((a, b) => a.seqId - b.seqId)
  const busy = bySeqId.filter(isBusy)
  const runs = runsOf(busy)
  if (runs <= 1) return []
  const best = fewestSwaps(bySeqId, busy)
  const movedTokens = best.reduce(
    (sum, { busy, idle }) => sum + busy.cachedTokens.length + idle.cachedTokens.length,
    0,
  )
  const movedBytes = movedTokens * kvCacheBytesPerToken * COPIES
  return movedBytes <= PAYBACK_STEPS * (runs - 1) * modelBytes ? best : []
}

function runsOf(busy: readonly Sequence[]): number {
  return busy.filter((sequence, index) => sequence.seqId !== (busy[index - 1]?.seqId ?? Number.NaN) + 1)
    .length
}

/** Tries every range of ids that is as long as there are busy sequences. */
function fewestSwaps(bySeqId: readonly Sequence[], busy: readonly BusySequence[]): SequenceSwap[] {
  let best: SequenceSwap[] | null = null
  for (let first = 0; first + busy.length <= bySeqId.length; first++) {
    const range = bySeqId.slice(first, first + busy.length)
    const outside = busy.filter((sequence) => !range.includes(sequence))
    if (best !== null && outside.length >= best.length) continue
    const idle = range.filter((sequence) => !isBusy(sequence))
    best = outside.flatMap((sequence, index) => {
      const partner = idle[index]
      return partner ? [{ busy: sequence, idle: partner }] : []
    })
  }
  return best ?? []
}
