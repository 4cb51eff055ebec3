import { availableParallelism } from 'node:os'

/** Beyond this many threads small batches only get slower on every machine that was tried. */
const MAX_THREADS = 32

/** As many threads as an engine takes where all its work is worth them. */
export function availableThreads(): number {
  return Math.min(availableParallelism(), MAX_THREADS)
}
