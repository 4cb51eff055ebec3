/** A connection that waits to be read. */
export interface HeldConnection {
  /** Whose it is; see `clientNetwork`. */
  readonly network: string
  /** The turn of the event loop in which its last request arrived; 0 before the first of them. */
  readonly lastTurn: number
}

/**
 * The order in which held connections are read: one of each client in turn, and first those that have waited longest. Of
 * connections without a request yet, the newest and the oldest come first by turns: a new one does not wait for all that were
 * opened before it, and an old one not for all that will be.
 *
 * @param held the oldest first
 * @param turn only the first of them are read in a turn, so the next one begins at the other end
 */
export function readingOrder<Held extends HeldConnection>(held: readonly Held[], turn: number): Held[] {
  const clients = new Map<string, Held[]>()
  const fromOldest = turn % 2 === 0 ? held : held.toReversed()
  for (const connection of fromOldest.toSorted((a, b) => a.lastTurn - b.lastTurn)) {
    const own = clients.get(connection.network)
    if (own === undefined) clients.set(connection.network, [connection])
    else own.push(connection)
  }
  const inTurn = [...clients.values()].sort((a, b) => lastTurnOf(a) - lastTurnOf(b))
  const order: Held[] = []
  let waiting = inTurn
  for (let round = 0; waiting.length > 0; round++) {
    for (const own of waiting) order.push(...own.slice(round, round + 1))
    waiting = waiting.filter((own) => own.length > round + 1)
  }
  return order
}

/** When a client was last read: its connections are in order. */
function lastTurnOf(own: readonly HeldConnection[]): number {
  return own.at(-1)?.lastTurn ?? 0
}
