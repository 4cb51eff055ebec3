/**
 * Waits for this many turns of the event loop. Bytes sent between sockets of this process arrive in that time, however slow
 * the machine is.
 */
export async function eventLoopTurns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits until a number that grows with the work of this process stays the same. */
export async function untilStill(read: () => number): Promise<void> {
  for (let before = Number.NaN; before !== read(); await eventLoopTurns(50)) before = read()
}
