/** A connection, as far as it matters when there is room for no other. */
export interface OpenConnection {
  /** Whose it is; see `clientNetwork`. */
  readonly network: string
  /** Since when it has had no request; null while it has one. */
  readonly idleSinceMs: number | null
  /** Whether it is still sending a request. */
  readonly isSending: boolean
}

/** A connection that has just opened, or has just had its response, is about to send a request. */
export const MIN_IDLE_MS = 1_000

/**
 * The share of all connections that one client may keep with requests that run while another has none. Clients that share a
 * proxy are one client, and never take each other's places.
 */
export const MAX_RUNNING_SHARE = 0.5

/**
 * Chooses the connection to close for a new one when all are taken: one without a request, of the client with the most
 * connections and longest without one. A client with fewer connections than that one also takes the place of
 * a request that is still being sent; and, of a client with more than its share, of the request that began last.
 *
 * @param connections all that are open, the least recently used first
 * @returns null when the new one is to be closed
 */
export function connectionToClose<Connection extends OpenConnection>(
  connections: readonly Connection[],
  newcomer: Pick<OpenConnection, 'network'>,
  nowMs: number,
): Connection | null {
  const counts = new Map<string, number>()
  for (const { network } of connections) counts.set(network, (counts.get(network) ?? 0) + 1)
  const countOf = ({ network }: Pick<OpenConnection, 'network'>) => counts.get(network) ?? 0
  const own = countOf(newcomer) + 1
  const busiest = (some: readonly Connection[]) =>
    some.reduce<Connection | null>(
      (most, one) => (most === null || countOf(one) > countOf(most) ? one : most),
      null,
    )
  const idle = connections.filter(
    (one) => one.idleSinceMs !== null && (countOf(one) > own || nowMs - one.idleSinceMs >= MIN_IDLE_MS),
  )
  const isOverShare = (one: Connection) =>
    countOf(one) > Math.max(own, connections.length * MAX_RUNNING_SHARE)
  return (
    busiest(idle) ??
    busiest(connections.filter((one) => one.isSending && countOf(one) > own)) ??
    connections.findLast(isOverShare) ??
    null
  )
}
