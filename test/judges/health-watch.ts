import { Worker } from 'node:worker_threads'
import { Violation } from '../violation.ts'
import { MAX_STALL_MS } from './stall-watch.ts'

/** Messages to the watch's thread. */
export interface HealthWatchData {
  readonly url: string
  /** Of the server, to know how long it waited for a processor. */
  readonly processId: number
  readonly maxMs: number
  readonly patienceMs: number
}

/** An answer that came late. */
export interface SlowHealth {
  /** Without the time in which server and watch waited for a processor. */
  readonly tookMs: number
  readonly waitedMs: number
  readonly outcome: string
}

/** Longer than anything may take. */
const PATIENCE_MS = 20_000

/** Asks a server for its health again and again, from a thread of its own: what any caller feels of a stall. */
export class HealthWatch {
  readonly #worker: Worker
  #slow: SlowHealth[] = []

  constructor(url: string, processId: number) {
    const data: HealthWatchData = { url, processId, maxMs: MAX_STALL_MS, patienceMs: PATIENCE_MS }
    this.#worker = new Worker(new URL('./health-watch-worker.ts', import.meta.url), { workerData: data })
    this.#worker.on('message', (slow: SlowHealth) => this.#slow.push(slow))
    this.#worker.unref()
  }

  /** What came late since the last call. */
  take(): Violation[] {
    const slow = this.#slow
    this.#slow = []
    return slow.map(
      ({ tookMs, waitedMs, outcome }) =>
        new Violation(
          '/health',
          `it was ${outcome} after ${tookMs} ms, and ${waitedMs} ms more in wait of a processor`,
        ),
    )
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}
