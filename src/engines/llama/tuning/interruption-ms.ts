import { availableParallelism } from 'node:os'

const INTERRUPTION_MS = 0.25

/**
 * What is to be counted on top of a step: where every processor evaluates, the server and its clients get theirs in
 * between, and all threads wait for the one that was interrupted.
 */
export function interruptionMs(threads: number): number {
  return threads < availableParallelism() ? 0 : INTERRUPTION_MS
}
