import { readdirSync, readFileSync } from 'node:fs'

const NS_PER_MS = 1e6

/**
 * How long a process has waited for a processor: on a busy machine a step of its threads, which wait for each other, may take a
 * hundred times as long as alone. Linux counts that time for each thread; elsewhere it is 0.
 */
export class ProcessorWait {
  readonly #threadsFolder: string
  /** What each thread has waited in its life. */
  #waitedMs: ReadonlyMap<string, number> | null = null

  /** @param processesFolder where the operating system describes its processes */
  constructor(processId: number, processesFolder = '/proc') {
    this.#threadsFolder = `${processesFolder}/${processId}/task`
  }

  /** How long the thread that waited most has waited since the last call; 0 at the first. */
  sinceLastMs(): number {
    const before = this.#waitedMs
    const now = this.#readThreads()
    this.#waitedMs = now
    if (before === null) return 0
    return Math.max(0, ...[...now].map(([thread, waitedMs]) => waitedMs - (before.get(thread) ?? waitedMs)))
  }

  #readThreads(): ReadonlyMap<string, number> {
    const waitedMs = new Map<string, number>()
    try {
      for (const thread of readdirSync(this.#threadsFolder)) {
        const [, waitedNs] = readFileSync(`${this.#threadsFolder}/${thread}/schedstat`, 'latin1').split(' ')
        waitedMs.set(thread, Number(waitedNs) / NS_PER_MS)
      }
    } catch {
      // Not Linux, or a thread or the process has just ended.
    }
    return waitedMs
  }
}
