import { setTimeout as delay } from 'node:timers/promises'
import type { RunningServer } from '../http/server/serve.ts'
import type { Continuo } from '../open-continuo.ts'

const FAREWELL_MS = 2_000

/** What is drained, and how. */
export interface DrainedServer {
  readonly server: Pick<RunningServer, 'drain' | 'closeNow'>
  readonly continuo: Pick<Continuo, 'drain' | 'close'>
  readonly drainMs: number
  /** How long clients have to receive the error with which their request ends; two seconds if omitted. */
  readonly farewellMs?: number
  /** Called when the time is over and requests still run. */
  readonly onLate: () => void
}

/**
 * Accepts no new requests and lets running ones finish. Those that take longer than `drainMs` end with an error,
 * because their engine is closed; connections that do not take that error are closed too.
 */
export async function drainServer(drained: DrainedServer): Promise<void> {
  const { server, continuo, drainMs, farewellMs = FAREWELL_MS, onLate } = drained
  continuo.drain()
  const ended = server.drain()
  if (await isDoneWithin(drainMs, ended)) return
  onLate()
  await continuo.close()
  if (!(await isDoneWithin(farewellMs, ended))) server.closeNow()
  await ended
}

async function isDoneWithin(ms: number, done: Promise<void>): Promise<boolean> {
  const waiting = new AbortController()
  const late = delay(ms, false, { signal: waiting.signal }).catch(() => false)
  const isDone = await Promise.race([done.then(() => true), late])
  waiting.abort()
  return isDone
}
