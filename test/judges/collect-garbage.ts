import { syncBuiltinESMExports } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import workerThreads, { BroadcastChannel, type Worker, type WorkerOptions } from 'node:worker_threads'

/** Where threads are asked to collect their garbage, and say that they have. */
export const GARBAGE_CHANNEL = 'continuo-garbage'

/** What a thread says when it has. */
export interface CollectedThread {
  readonly threadId: number
  /** What it still holds. */
  readonly heapBytes: number
}

/** A thread in the middle of something is not waited for. */
const PATIENCE_MS = 1_000

/** Collects garbage once, in the thread that it is made in. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

/** What the thread holds on its heap, and in the buffers outside of it. */
export function heapBytes(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Collects the garbage of a process's main thread and of all threads that it starts from now on. */
export class GarbageCollection {
  readonly #collectOwn = garbageCollector()
  readonly #threads = new Set<Worker>()
  readonly #channel = new BroadcastChannel(GARBAGE_CHANNEL)

  constructor() {
    this.#channel.unref()
    this.#watchThreads()
  }

  /** @returns the bytes that all threads together hold on their heaps after it */
  async run(): Promise<number> {
    // Twice: what the first one finalizes only the second one frees.
    this.#collectOwn()
    await this.#collectThreads()
    await new Promise(setImmediate)
    this.#collectOwn()
    return heapBytes() + (await this.#collectThreads())
  }

  #collectThreads(): Promise<number> {
    const waitedFor = new Set([...this.#threads].map(({ threadId }) => threadId))
    let bytes = 0
    if (waitedFor.size === 0) return Promise.resolve(bytes)
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(bytes), PATIENCE_MS)
      this.#channel.onmessage = (event) => {
        const { threadId, heapBytes: held } = (event as { data: CollectedThread }).data
        if (waitedFor.delete(threadId)) bytes += held
        if (waitedFor.size > 0) return
        clearTimeout(timer)
        resolve(bytes)
      }
      this.#channel.postMessage('collect')
    })
  }

  /** Every thread that is started from now on listens. */
  #watchThreads(): void {
    const threads = this.#threads
    workerThreads.Worker = class extends workerThreads.Worker {
      constructor(file: string | URL, options: WorkerOptions = {}) {
        const probe = `--import=${new URL('./thread-probe.ts', import.meta.url).href}`
        super(file, { ...options, execArgv: [...(options.execArgv ?? process.execArgv), probe] })
        threads.add(this)
        this.once('exit', () => threads.delete(this))
      }
    }
    syncBuiltinESMExports()
  }
}
