import { closeSync, openSync, readdirSync, readSync } from 'node:fs'

/** What the system's scheduler says of a process's threads. */
export interface ThreadTimes {
  /** The main thread had a processor for so long. */
  readonly ranMs: number
  /** The main thread could have used one for so long, and others had them all. */
  readonly waitedMs: number
  /** The same of every other thread, by its id: a main thread waits for those that collect garbage. */
  readonly othersWaitedMs: ReadonlyMap<string, number>
}

const NS_PER_MS = 1e6

const MAX_BYTES = 128
/** How many times are read before it is looked for new threads. */
const READINGS_PER_LOOK = 50

/** Reads the times of a process's threads again and again, at the price of one system call for each. */
export class ThreadTimesReader {
  readonly #mainId: string
  readonly #files = new Map<string, number>()
  readonly #bytes = Buffer.alloc(MAX_BYTES)
  #readings = 0

  constructor(processId: number) {
    this.#mainId = String(processId)
  }

  /** Null where the system does not tell, or the process is gone. */
  read(): ThreadTimes | null {
    if (this.#readings++ % READINGS_PER_LOOK === 0) this.#openNew()
    const others = new Map<string, number>()
    let main: readonly [number, number] | null = null
    for (const [threadId, file] of this.#files) {
      const times = this.#readFile(file)
      if (times === null) this.#closeFile(threadId, file)
      else if (threadId === this.#mainId) main = times
      else others.set(threadId, times[1])
    }
    return main === null ? null : { ranMs: main[0], waitedMs: main[1], othersWaitedMs: others }
  }

  close(): void {
    for (const [threadId, file] of this.#files) this.#closeFile(threadId, file)
  }

  #openNew(): void {
    const folder = `/proc/${this.#mainId}/task`
    try {
      for (const threadId of readdirSync(folder)) {
        if (!this.#files.has(threadId))
          this.#files.set(threadId, openSync(`${folder}/${threadId}/schedstat`, 'r'))
      }
    } catch {
      // No such folder on this system, or a thread that has just ended.
    }
  }

  /** A thread that has ended has no times. */
  #readFile(file: number): readonly [ranMs: number, waitedMs: number] | null {
    try {
      const length = readSync(file, this.#bytes, 0, MAX_BYTES, 0)
      const [ranNs = 0, waitedNs = 0] = this.#bytes.toString('latin1', 0, length).split(' ').map(Number)
      return [ranNs / NS_PER_MS, waitedNs / NS_PER_MS]
    } catch {
      return null
    }
  }

  #closeFile(threadId: string, file: number): void {
    this.#files.delete(threadId)
    closeSync(file)
  }
}

/** How long a process's main thread waited, and then the one of the others that waited longest. */
export function waitedBetween(before: ThreadTimes | null, after: ThreadTimes | null): number {
  if (before === null || after === null) return 0
  let longestMs = 0
  for (const [threadId, ms] of after.othersWaitedMs) {
    longestMs = Math.max(longestMs, ms - (before.othersWaitedMs.get(threadId) ?? 0))
  }
  return after.waitedMs - before.waitedMs + longestMs
}
