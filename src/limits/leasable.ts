/** What a lease names: whose it is. */
export interface Keyed {
  readonly key: string
}

/** What is known of it after a lease. */
export interface Leased {
  readonly leaseKey: string
  readonly granted: number
}

/** A lease that charges the database, and what to do once that is done. */
export interface Repayment<Lease, Row> {
  readonly lease: Lease
  readonly onRepaid: (row: Row | undefined) => void
}

/** This instance's part of a limit that instances share through the database. */
export interface Leasable<Need, Lease extends Keyed, Row extends Leased> {
  readonly key: string
  /** The lease that gives requests what they need, and this instance some more; without requests, what it owes. */
  leaseFor(needs: readonly Need[]): Lease
  receive(lease: Lease, row: Row): void
  /** Takes out what is not needed, or was not used for a while: the lease with which to give it back, or null. */
  giveBack(nowMs: number, unusedMs: number): Lease | null
  /** Whether more was used than leased. */
  readonly isInDebt: boolean
  /** Whether it counts in memory alone. */
  readonly isLocal: boolean
  /** Continues in memory with this instance's share, because the database is down. */
  goLocal(nowMs: number): void
  /**
   * The database is back, but does not know yet what others have used: a request needs a lease, and its part of this
   * instance's share too.
   */
  beginRepaying(): void
  /** What the database must be charged for the time in memory. */
  repayment(nowMs: number): Repayment<Lease, Row>
  /** Leases again. */
  endLocal(nowMs: number): void
}
