import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { type FaultRule, MAX_FAULT_MS } from '../../faults/fault.ts'
import { SeededChance } from '../../faults/seeded-chance.ts'
import { BrokenConnection } from '../broken-connection.ts'
import type { BodyEvent } from './body-events.ts'

const DEFAULT_EVENTS = 3
const DEFAULT_BYTES_PER_SECOND = 100
const DEFAULT_SEED = 1
/** How often pings are sent in a stall, and bytes in a drip. */
const PING_MS = 1_000
const DRIP_MS = 50
/** Most bytes of a piece of a stream that is split anywhere. */
const MAX_SPLIT_BYTES = 24

/** What a body is broken with. */
export interface BreakOptions {
  readonly rule: FaultRule
  /** The size of a body that is not streamed. */
  readonly lengthBytes: number | null
  readonly ping: string
  readonly signal: AbortSignal
}

type Pieces = AsyncIterable<BodyEvent>

/** The pieces of a body as a fault leaves them. */
export function breakBody(pieces: Pieces, options: BreakOptions): Pieces {
  switch (options.rule.fault) {
    case 'cut':
      return cut(pieces, options)
    case 'stall':
      return stall(pieces, options)
    case 'drip':
      return drip(pieces, options)
    case 'split-anywhere':
      return splitAnywhere(pieces, options.rule)
    case 'malformed-event':
      return atEvent(pieces, options, malformed)
    case 'duplicate-event':
      return options.lengthBytes === null ? atEvent(pieces, options, (piece) => [piece, piece]) : pieces
    case 'missing-stop':
      return options.lengthBytes === null ? withoutLast(pieces) : pieces
    default:
      return pieces
  }
}

/** Splits pieces so that one ends where a fault strikes: after bytes, or else after events; of a whole body in its middle. */
async function* upToFault(
  pieces: Pieces,
  { rule: { afterBytes, afterEvents = DEFAULT_EVENTS }, lengthBytes }: BreakOptions,
): AsyncGenerator<BodyEvent | 'fault'> {
  const maxBytes = afterBytes ?? (lengthBytes === null ? null : Math.floor(lengthBytes / 2))
  let [bytes, events, hasStruck] = [0, 0, false]
  if (maxBytes === 0 || (maxBytes === null && afterEvents === 0)) {
    hasStruck = true
    yield 'fault'
  }
  for await (const piece of pieces) {
    const kept = hasStruck || maxBytes === null ? piece.length : Math.min(piece.length, maxBytes - bytes)
    if (kept > 0) yield piece.slice(0, kept)
    bytes += kept
    events += 1
    const isReached = maxBytes === null ? events >= afterEvents : bytes >= maxBytes
    if (isReached && !hasStruck) {
      hasStruck = true
      yield 'fault'
    }
    if (kept < piece.length) yield piece.slice(kept)
  }
  if (!hasStruck) yield 'fault'
}

async function* cut(pieces: Pieces, options: BreakOptions): AsyncGenerator<BodyEvent> {
  for await (const piece of upToFault(pieces, options)) {
    if (piece === 'fault') throw new BrokenConnection(options.rule.reset === true ? 'reset' : 'closed')
    yield piece
  }
}

async function* stall(pieces: Pieces, options: BreakOptions): AsyncGenerator<BodyEvent> {
  const { rule, signal, lengthBytes, ping } = options
  const { waitMs = MAX_FAULT_MS, pings = false } = rule
  for await (const piece of upToFault(pieces, options)) {
    if (piece !== 'fault') {
      yield piece
      continue
    }
    const isPinged = pings && lengthBytes === null
    for (let leftMs = waitMs; leftMs > 0; leftMs -= PING_MS) {
      await delay(isPinged ? Math.min(PING_MS, leftMs) : leftMs, undefined, { signal })
      if (!isPinged) break
      yield ping
    }
  }
}

async function* drip(pieces: Pieces, { rule, signal }: BreakOptions): AsyncGenerator<BodyEvent> {
  const bytesPerTurn = Math.max(
    1,
    Math.ceil(((rule.bytesPerSecond ?? DEFAULT_BYTES_PER_SECOND) * DRIP_MS) / 1_000),
  )
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; start += bytesPerTurn) {
      yield piece.slice(start, start + bytesPerTurn)
      await delay(DRIP_MS, undefined, { signal })
    }
  }
}

/** Splits a body within events, names and escapes, each piece in a write of its own. */
async function* splitAnywhere(pieces: Pieces, { seed = DEFAULT_SEED }: FaultRule): AsyncGenerator<BodyEvent> {
  const chance = new SeededChance(seed)
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; ) {
      const end = start + 1 + Math.floor(chance.next() * MAX_SPLIT_BYTES)
      yield piece.slice(start, end)
      start = end
      await nextTurn()
    }
  }
}

/** Changes one event of a stream; a body that is not streamed has one. */
async function* atEvent(
  pieces: Pieces,
  { rule: { afterEvents = DEFAULT_EVENTS }, lengthBytes }: BreakOptions,
  change: (piece: BodyEvent, isWhole: boolean) => readonly BodyEvent[],
): AsyncGenerator<BodyEvent> {
  const isWhole = lengthBytes !== null
  let events = 0
  for await (const piece of pieces) {
    if (events === (isWhole ? 0 : afterEvents)) yield* change(piece, isWhole)
    else yield piece
    events += 1
  }
}

/** JSON that ends in the middle. */
function malformed(piece: BodyEvent): readonly BodyEvent[] {
  if (typeof piece !== 'string') return [piece.slice(0, Math.floor(piece.length / 2))]
  const event = piece.trimEnd()
  const data = event.lastIndexOf('data:')
  return [`${event.slice(0, data + Math.ceil((event.length - data) / 2))}${piece.slice(event.length)}`]
}

async function* withoutLast(pieces: Pieces): AsyncGenerator<BodyEvent> {
  let held: BodyEvent | null = null
  for await (const piece of pieces) {
    if (held !== null) yield held
    held = piece
  }
}
