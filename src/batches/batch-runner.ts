import { setTimeout } from 'node:timers/promises'
import { RepeatedTask } from '../state/repeated-task.ts'
import { type ClaimedRequest, claimRequests, putBack, renewLeases } from './claim.ts'
import type { Batches } from './message-batch.ts'
import { type FinishedRequest, type RequestResult, storeResults } from './store-results.ts'

/** How often a request is tried whose engine, or whose instance, fails. */
export const MAX_ATTEMPTS = 5
/** How soon an instance without work looks for some. */
const IDLE_MS = 500
/** How long no request is begun after one that was refused for want of room. */
const BUSY_MS = 1_000
/** How long to wait for a database that does not respond. */
const FAILURE_MS = 1_000
/** Bytes of requests that an instance holds at most until their results are stored; twice the largest request. */
export const MAX_CLAIMED_BYTES = 64 * 1024 * 1024
/** Bytes of results that wait to be stored. A result beyond is not kept, and its request runs again; one always fits. */
export const MAX_UNSTORED_BYTES = 64 * 1024 * 1024
const RENEWAL_MS = 5_000
/** How long to wait until what was begun shows in the load of its engine. */
const LOAD_DELAY_MS = 20

/** What came of one try: a result; `busy`, there was no room for it; or `failed`, which counts as a try. */
export type Attempt = RequestResult | 'busy' | 'failed'

export interface BatchRunnerOptions {
  readonly batches: Batches
  readonly instanceId: string
  /** Requests that run at once at most. */
  readonly concurrency: number
  /** Runs a request. Its signal fires when the server stops. */
  readonly run: (request: ClaimedRequest, signal: AbortSignal) => Promise<Attempt>
  /** The result of a request that was tried too often. */
  readonly exhausted: (request: ClaimedRequest) => RequestResult
  /** For tests; see {@link MAX_CLAIMED_BYTES}. */
  readonly maxClaimedBytes?: number
  /** For tests; see {@link MAX_UNSTORED_BYTES}. */
  readonly maxUnstoredBytes?: number
  /** How many more requests the models take without others having to wait; infinite where that is not known. */
  readonly freeCapacity: () => number
}

/** Works on the requests of batches, as many at once as the models take beside other requests. */
export class BatchRunner {
  readonly #options: BatchRunnerOptions
  readonly #stopping = new AbortController()
  /** Those that run, and those whose results are not stored yet. */
  readonly #running = new Set<ClaimedRequest>()
  readonly #working = new Set<Promise<void>>()
  readonly #renewal: RepeatedTask
  #finished: FinishedRequest[] = []
  #claimedBytes = 0
  #unstoredBytes = 0
  /** Whether a result found no room: nothing is begun until some are stored. */
  #isFull = false
  #storing: Promise<void> | null = null
  #loop: Promise<void> | null = null
  #wake: () => void = () => undefined
  #allowed: number
  #claims = 0

  constructor(options: BatchRunnerOptions) {
    this.#options = options
    this.#allowed = options.concurrency
    this.#renewal = new RepeatedTask(RENEWAL_MS, () =>
      renewLeases(options.batches, [...new Set([...this.#running].map(({ lease }) => lease))]),
    )
  }

  start(): void {
    if (this.#options.concurrency === 0) return
    this.#renewal.start()
    this.#loop ??= this.#claimAll()
  }

  /** Looks for work now: there is some. */
  wake(): void {
    this.#wake()
  }

  /** Gives back what runs, and stores what has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#wake()
    await this.#loop
    await Promise.all(this.#working)
    await this.#storing
    await this.#renewal.stop()
  }

  async #claimAll(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const capacity = this.#options.freeCapacity()
      const free = Math.min(this.#allowed - this.#running.size, capacity)
      const claimed = free <= 0 || this.#isFull ? [] : await this.#claim(free)
      for (const request of claimed) {
        this.#running.add(request)
        this.#claimedBytes += request.params.length
        const working = this.#work(request).finally(() => this.#working.delete(working))
        this.#working.add(working)
      }
      if (claimed.length === 0) await this.#idle(IDLE_MS)
      else if (Number.isFinite(capacity)) await this.#pause(LOAD_DELAY_MS)
    }
  }

  async #claim(free: number): Promise<readonly ClaimedRequest[]> {
    const { batches, instanceId, maxClaimedBytes = MAX_CLAIMED_BYTES } = this.#options
    this.#claims += 1
    try {
      return await claimRequests(batches, `${instanceId}:${this.#claims}`, {
        maxRequests: free,
        maxBytes: maxClaimedBytes - this.#claimedBytes,
      })
    } catch {
      // The database is down or busy; what was claimed all the same is taken back when its lease lapses.
      await this.#pause(FAILURE_MS)
      return []
    }
  }

  async #work(request: ClaimedRequest): Promise<void> {
    const { run, exhausted } = this.#options
    const { signal } = this.#stopping
    let attempt: Attempt
    try {
      attempt = request.attempts > MAX_ATTEMPTS ? exhausted(request) : await run(request, signal)
    } catch {
      attempt = 'failed'
    }
    if (typeof attempt === 'object' && this.#keep(attempt, request)) {
      this.#allowed = Math.min(this.#options.concurrency, this.#allowed + 1)
      this.#storing ??= this.#storeAll()
      return
    }
    if (attempt === 'busy') this.#allowed = Math.max(1, Math.floor(this.#allowed / 2))
    // The request is held meanwhile, so that it is not tried again at once.
    if (!signal.aborted) await this.#pause(BUSY_MS)
    const counts = attempt === 'failed' && !signal.aborted
    await putBack(this.#options.batches, request, { counts }).catch(() => undefined)
    this.#release(request)
  }

  /** Keeps a result until it is stored. Returns false where too many wait for that. */
  #keep(result: RequestResult, claim: ClaimedRequest): boolean {
    const { maxUnstoredBytes = MAX_UNSTORED_BYTES } = this.#options
    const bytes = bytesOf(result)
    this.#isFull = this.#unstoredBytes > 0 && this.#unstoredBytes + bytes > maxUnstoredBytes
    if (this.#isFull) return false
    this.#unstoredBytes += bytes
    this.#finished.push({ ...result, claim })
    return true
  }

  /** Stores what has ended, all that has come together at once. */
  async #storeAll(): Promise<void> {
    while (this.#finished.length > 0) {
      const finished = this.#finished
      this.#finished = []
      try {
        await storeResults(this.#options.batches, finished)
        this.#releaseAll(finished)
      } catch {
        if (this.#stopping.signal.aborted) {
          // Another instance takes them over when their leases lapse.
          this.#releaseAll(finished)
          continue
        }
        this.#finished.unshift(...finished)
        await this.#pause(FAILURE_MS)
      }
    }
    this.#storing = null
  }

  #releaseAll(finished: readonly FinishedRequest[]): void {
    this.#isFull = false
    for (const one of finished) {
      this.#unstoredBytes -= bytesOf(one)
      this.#release(one.claim)
    }
  }

  #release(request: ClaimedRequest): void {
    this.#running.delete(request)
    this.#claimedBytes -= request.params.length
    this.#wake()
  }

  /** Waits for a time, or until there may be work. */
  async #idle(ms: number): Promise<void> {
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    await this.#pause(ms, woken.signal)
  }

  /** Waits for a time, or until the runner stops. */
  async #pause(ms: number, woken: AbortSignal = this.#stopping.signal): Promise<void> {
    const signal = AbortSignal.any([woken, this.#stopping.signal])
    await setTimeout(ms, undefined, { signal }).catch(() => undefined)
  }
}

function bytesOf({ json, usageLine }: RequestResult): number {
  return json.length + (usageLine?.length ?? 0)
}
