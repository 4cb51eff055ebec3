import { availableParallelism } from 'node:os'

/** More threads only made small batches slower on every machine that was tried. */
const MAX_THREADS = 32

/** The most threads that an engine uses. */
export function availableThreads(): number {
  return Math.min(availableParallelism(), MAX_THREADS)
}
