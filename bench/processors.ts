import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Where a program may run. Proxies get a processor of their own, and the load generator and the upstream share the rest:
 * else the three would be measured as one. An engine gets all, because it decides about threads by itself.
 */
export type Processors = 'all' | 'first' | 'others'

const canPin =
  process.platform === 'linux' &&
  availableParallelism() > 1 &&
  spawnSync('taskset', ['--version']).status === 0

/** The command that runs a program there; the program itself where processes cannot be pinned. */
export function pinned(program: readonly string[], processors: Processors): readonly string[] {
  if (processors === 'all' || !canPin) return program
  const list = processors === 'first' ? '0' : `1-${availableParallelism() - 1}`
  return ['taskset', '--cpu-list', list, ...program]
}
