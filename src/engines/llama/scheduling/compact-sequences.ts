import type { CompactionCost } from '../decoding/decoding-context.ts'
import { type BusySequence, isBusy, type Sequence } from './sequence.ts'

/** A busy sequence and the idle one whose room it is to have. */
export interface SequenceSwap {
  readonly busy: BusySequence
  readonly idle: Sequence
}

/** What is moved must be made up for within about so many steps. */
const PAYBACK_STEPS = 4
/** Both of an exchange are copied out, and in again. */
const COPIES = 2

/**
 * Finds the fewest exchanges that bring the busy sequences side by side. Where sequences have rooms of their own,
 * llama.cpp evaluates each run of neighbouring rooms by itself and reads the whole model for each.
 *
 * @returns nothing where they are side by side already, or where moving costs more than it soon saves
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

/** Tries every stretch of rooms that has space for all of them. */
function fewestSwaps(bySeqId: readonly Sequence[], busy: readonly BusySequence[]): SequenceSwap[] {
  let best: SequenceSwap[] | null = null
  for (let first = 0; first + busy.length <= bySeqId.length; first++) {
    const stretch = bySeqId.slice(first, first + busy.length)
    const outside = busy.filter((sequence) => !stretch.includes(sequence))
    if (best !== null && outside.length >= best.length) continue
    const idle = stretch.filter((sequence) => !isBusy(sequence))
    best = outside.flatMap((sequence, index) => {
      const partner = idle[index]
      return partner ? [{ busy: sequence, idle: partner }] : []
    })
  }
  return best ?? []
}
