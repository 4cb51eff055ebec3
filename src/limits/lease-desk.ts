import { RepeatedTask } from '../state/repeated-task.ts'
import type { Keyed, Leasable, Leased } from './leasable.ts'
import { MAX_LEASES } from './lease-buckets.ts'

/** A database that takes longer counts as down: no request waits longer for a lease. */
const LEASE_TIMEOUT_MS = 1_000
/** What was not used for this long is given back. */
const UNUSED_MS = 1_000
const TICK_MS = 500
/** Most needs that wait for a round. */
const MAX_WAITING = 10_000
/**
 * For how long instances keep to their shares after the database is back: until then each has charged what it used
 * meanwhile. Connections are tried every two seconds at least.
 */
const REPAYING_MS = 5_000

export interface LeaseDeskOptions<Lease, Row> {
  /** Runs one statement for at most {@link MAX_LEASES}, each of another key. */
  readonly lease: (leases: readonly Lease[]) => Promise<readonly Row[]>
  /** The database's clock. */
  readonly nowMs: () => number
  readonly onLease: (outcome: 'granted' | 'refused' | 'failed') => void
}

/**
 * Leases from the database for requests that wait, one statement at a time: requests that come meanwhile share the next
 * one. While the database is down, parts of limits count in memory.
 */
export class LeaseDesk<Need, Lease extends Keyed, Row extends Leased> {
  readonly #options: LeaseDeskOptions<Lease, Row>
  readonly #parts = new Map<string, Leasable<Need, Lease, Row>>()
  readonly #tick = new RepeatedTask(TICK_MS, () => this.maintain())
  #waiting = new Map<string, Need[]>()
  #waitingCount = 0
  #running: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null
  /** Null while the database leases; infinite until it is back; then the time from which on all have repaid. */
  #repaidAtMs: number | null = null

  constructor(options: LeaseDeskOptions<Lease, Row>) {
    this.#options = options
  }

  start(): void {
    this.#tick.start()
  }

  /** Gives everything back. */
  async stop(): Promise<void> {
    await this.#tick.stop()
    await this.#running
    if (this.#repaidAtMs === null) await this.#tidy(0).catch(() => undefined)
    else await this.#repay().catch(() => undefined)
  }

  add(part: Leasable<Need, Lease, Row>): void {
    this.#parts.set(part.key, part)
  }

  delete(part: Leasable<Need, Lease, Row>): void {
    this.#parts.delete(part.key)
  }

  /** Resolves when a lease for a part was asked for, whatever it was granted. */
  wait(part: Leasable<Need, Lease, Row>, need: Need): Promise<void> {
    if (this.#repaidAtMs !== null && !part.isLocal) {
      part.goLocal(this.#options.nowMs())
      if (this.#isRepaying) part.beginRepaying()
    }
    if (this.isDown) return Promise.resolve()
    // The request asks again, and is refused while there are still as many.
    if (this.#waitingCount >= MAX_WAITING) return Promise.resolve()
    this.#waitingCount += 1
    const needs = this.#waiting.get(part.key)
    if (needs === undefined) this.#waiting.set(part.key, [need])
    else needs.push(need)
    return this.#nextRound()
  }

  /** Whether parts of limits count in memory alone. */
  get isDown(): boolean {
    return this.#repaidAtMs === Number.POSITIVE_INFINITY
  }

  get #isRepaying(): boolean {
    return this.#repaidAtMs !== null && !this.isDown
  }

  #nextRound(): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = null
      this.#running = this.#round()
      return this.#running
    })
    return this.#next
  }

  /** Never rejects. */
  async #round(): Promise<void> {
    const waiting = [...this.#waiting]
    this.#waiting = new Map()
    this.#waitingCount = 0
    const leases = waiting.flatMap(([key, needs]) => this.#parts.get(key)?.leaseFor(needs) ?? [])
    try {
      await this.#leaseAll(leases)
    } catch {
      this.#goDown(waiting.map(([key]) => key))
    }
  }

  async #leaseAll(leases: readonly Lease[]): Promise<void> {
    for (let start = 0; start < leases.length; start += MAX_LEASES) {
      const some = leases.slice(start, start + MAX_LEASES)
      const leasing = this.#options.lease(some).then((rows) => this.#receive(some, rows))
      await withTimeout(leasing)
    }
  }

  #receive(leases: readonly Lease[], rows: readonly Row[]): void {
    const rowsByKey = new Map(rows.map((row) => [row.leaseKey, row]))
    for (const lease of leases) {
      const row = rowsByKey.get(lease.key)
      if (row === undefined) continue
      this.#parts.get(lease.key)?.receive(lease, row)
      this.#options.onLease(row.granted > 0 ? 'granted' : 'refused')
    }
  }

  #goDown(keys: readonly string[]): void {
    this.#options.onLease('failed')
    this.#repaidAtMs = Number.POSITIVE_INFINITY
    const nowMs = this.#options.nowMs()
    for (const part of this.#parts.values()) if (part.isLocal) part.goLocal(nowMs)
    for (const key of keys) this.#parts.get(key)?.goLocal(nowMs)
  }

  /** Charges debts and gives back what is unused; while the database is down, tries whether it is back. */
  async maintain(): Promise<void> {
    if (this.#repaidAtMs === null) await this.#tidy(UNUSED_MS)
    else await this.#repay().catch(() => this.#goDown([]))
  }

  async #tidy(unusedMs: number): Promise<void> {
    const nowMs = this.#options.nowMs()
    const leases: Lease[] = []
    for (const part of this.#parts.values()) {
      const lease = part.isInDebt ? part.leaseFor([]) : part.giveBack(nowMs, unusedMs)
      if (lease !== null) leases.push(lease)
    }
    if (leases.length === 0) return
    const tidying = this.#running.then(() => this.#leaseAll(leases))
    this.#running = tidying.catch(() => this.#goDown([]))
    await this.#running
  }

  /** Charges what was used in memory; some time after the first success leases begin again. */
  async #repay(): Promise<void> {
    const { lease, nowMs } = this.#options
    const local = [...this.#parts.values()].filter((part) => part.isLocal || part.isInDebt)
    const repayments = local.map((part) => part.repayment(nowMs()))
    // An empty statement would not show whether the database is back.
    for (let start = 0; start === 0 || start < repayments.length; start += MAX_LEASES) {
      const some = repayments.slice(start, start + MAX_LEASES)
      const repaying = lease(some.map((one) => one.lease)).then((rows) => {
        for (const one of some) one.onRepaid(rows.find((row) => row.leaseKey === one.lease.key))
      })
      await withTimeout(repaying)
    }
    const atMs = nowMs()
    if (this.isDown) {
      this.#repaidAtMs = atMs + REPAYING_MS
      for (const part of this.#parts.values()) if (part.isLocal) part.beginRepaying()
    }
    if (this.#repaidAtMs === null || atMs < this.#repaidAtMs) return
    for (const part of this.#parts.values()) if (part.isLocal) part.endLocal(atMs)
    this.#repaidAtMs = null
  }
}

/** A statement that takes too long may still succeed: then its leases are received late. */
async function withTimeout(statement: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the database takes too long for a lease')), LEASE_TIMEOUT_MS)
  })
  try {
    await Promise.race([statement, timeout])
  } finally {
    clearTimeout(timer)
    statement.catch(() => undefined)
  }
}
