import { readFileSync, writeFileSync } from 'node:fs'

/** The most memory that a process had since {@link forgetPeak}; null where the system does not tell. */
export function peakBytes(processId: number): number | null {
  try {
    const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${processId}/status`, 'latin1')) ?? []
    return kibibytes === undefined ? null : Number(kibibytes) * 1024
  } catch {
    return null
  }
}

/** From now on the peak is of what comes. */
export function forgetPeak(processId: number): void {
  try {
    writeFileSync(`/proc/${processId}/clear_refs`, '5')
  } catch {
    // Then the peak is that of the whole life.
  }
}
