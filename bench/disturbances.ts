import { readFileSync } from 'node:fs'
import type { ServerProcess } from './server-process.ts'

/** What may have made single requests of a round slow, other than the server's own code. */
export interface Disturbances {
  /** The longest collection of garbage in the main thread; 0 where the server does not report them. */
  readonly longestGcMs: number
  /** All of them. */
  readonly gcMs: number
  /** How long the main thread could have run and had no processor: other programs of this machine. */
  readonly waitedMs: number
  /** Time of this machine's processors that its host gave to other machines. */
  readonly stolenMs: number
}

/** Watches a server for one round. */
export function watchDisturbances(server: ServerProcess): () => Disturbances {
  server.takeGcPausesMs()
  const [waitedBeforeMs, stolenBeforeMs] = [server.mainThreadWaitMs(), stolenMs()]
  return () => {
    const pauses = server.takeGcPausesMs()
    return {
      longestGcMs: Math.max(0, ...pauses),
      gcMs: pauses.reduce((sum, ms) => sum + ms, 0),
      waitedMs: server.mainThreadWaitMs() - waitedBeforeMs,
      stolenMs: stolenMs() - stolenBeforeMs,
    }
  }
}

const MS_PER_TICK = 10

/** @see proc(5): `/proc/stat`, the eighth figure of a processor */
function stolenMs(): number {
  try {
    const [, ...figures] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/)
    return Number(figures[7] ?? 0) * MS_PER_TICK
  } catch {
    return 0
  }
}
