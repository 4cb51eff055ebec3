import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** What was measured on. */
export interface Machine {
  /** For people. */
  readonly line: string
  readonly processor: string
  readonly processors: number
  readonly memoryBytes: number
  readonly node: string
  /** Of the last minute, before anything was measured: above 0.5 somebody else was at work. */
  readonly loadBefore: number
  readonly date: string
}

/** This machine, now. */
export function describeMachine(): Machine {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor'
  const processors = availableParallelism()
  const [loadBefore = 0] = loadavg()
  const date = new Date().toISOString()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const line = `${date.slice(0, 16)}Z, ${processors} × ${processor}, ${memory}, Node ${process.version}, load before ${loadBefore.toFixed(2)}`
  return { line, processor, processors, memoryBytes: totalmem(), node: process.version, loadBefore, date }
}
