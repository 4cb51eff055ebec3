import { type CpuInfo, cpus } from 'node:os'

/** What the processors and this process have done until a moment, in milliseconds. */
export interface ProcessorTimes {
  readonly busyMs: number
  readonly idleMs: number
  readonly ownMs: number
}

/** More would change which settings are the fastest. */
const MAX_OTHER_SHARE = 0.1

/** The processor times until now. */
export function processorTimes(): ProcessorTimes {
  const times = cpus().map((processor: CpuInfo) => processor.times)
  const idleMs = times.reduce((sum, { idle }) => sum + idle, 0)
  const busyMs = times.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, 0)
  const { user, system } = process.cpuUsage()
  return { busyMs, idleMs, ownMs: (user + system) / 1_000 }
}

/** Whether other programs used the processors so much between two moments that what was measured then may be wrong. */
export function wasBusy(from: ProcessorTimes, to: ProcessorTimes): boolean {
  const busyMs = to.busyMs - from.busyMs
  const allMs = busyMs + to.idleMs - from.idleMs
  const otherMs = busyMs - (to.ownMs - from.ownMs)
  return otherMs > allMs * MAX_OTHER_SHARE
}
