import { readFile } from 'node:fs/promises'

/** Memory that a process of this machine holds; null where the system does not tell in a file, or it has ended. */
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
