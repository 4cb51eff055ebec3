import { readFile } from 'node:fs/promises'

/** The resident memory of a process; null without `/proc`, or if the process has ended. */
export async function residentMemoryBytes(processId: number | null): Promise<number | null> {
  if (processId === null) return null
  try {
    const status = await readFile(`/proc/${processId}/status`, 'utf8')
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
    return kibibytes === undefined ? null : Number(kibibytes) * 1024
  } catch {
    return null
  }
}
