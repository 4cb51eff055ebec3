import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** A machine that was measured on. */
export interface Machine {
  /** A line for people. */
  readonly line: string
  readonly processor: string
  readonly processors: number
  readonly memoryBytes: number
  readonly node: string
  /** The load average of the last minute before measuring; above 0.5, other programs were running. */
  readonly loadBefore: number
  readonly date: string
}

/** Describes this machine. */
export function describeMachine(): Machine {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  const processors = availableParallelism()
  const [loadBefore = 0] = loadavg()
  const date = new Date().toISOString()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const line = `${date.slice(0, 16)}Z, ${processors} × ${processor}, ${memory}, Node ${process.version}, load before ${loadBefore.toFixed(2)}`
  return { line, processor, processors, memoryBytes: totalmem(), node: process.version, loadBefore, date }
}
