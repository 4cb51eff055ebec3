import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { clientNetwork } from '../client-network.ts'
import { connectionToClose, type OpenConnection } from './connection-to-close.ts'
import { readingOrder } from './reading-order.ts'
import type { ServeLimits } from './serve-limits.ts'
import { readAgain, stopReading } from './socket-reading.ts'

type ConnectionLimits = Pick<ServeLimits, 'maxConnections' | 'maxPipelinedRequests' | 'maxWaitingRequests'>

/** How long one turn of the event loop takes in requests, and how long it serves those that waited for the one before them. */
const MAX_TURN_MS = 8

/**
 * How many turns in a row are only for accepting connections while others are held: node accepts one in each turn, and a new
 * client would wait for one long turn for each connection that was opened before it.
 */
const MAX_ACCEPTING_TURNS = 128

/** A request of a connection that has no response yet. */
interface PendingRequest {
  readonly outgoing: ServerResponse
  readonly respond: () => void
  /** Whether its response closes the connection, because too many requests wait. */
  readonly isLast: boolean
}

/** A connection and its requests without a response, the oldest first. */
class Connection implements OpenConnection {
  readonly socket: Socket
  readonly network: string
  readonly pendingRequests: PendingRequest[] = []
  idleSinceMs: number | null = performance.now()
  /** The turn of the event loop in which its last request arrived; 0 before the first of them. */
  lastTurn = 0

  constructor(socket: Socket) {
    this.socket = socket
    this.network = clientNetwork(socket.remoteAddress)
  }

  get isSending(): boolean {
    return this.pendingRequests.at(-1)?.outgoing.req.complete === false
  }
}

/**
 * The open connections and their requests. Requests of one connection are served one after the other: node would pass on
 * all at once, and reports a disconnect to the first of them only.
 */
export class Connections {
  readonly #limits: ConnectionLimits
  /** The least recently used first. */
  readonly #connections = new Map<Socket, Connection>()
  /** Requests without a response on all connections. */
  #waitingRequests = 0
  /** The connections whose next request waits for time in the event loop. */
  #due: Connection[] = []
  #turn = 0
  /** When the turn in which requests arrive has taken its time; null before the first of them. */
  #turnEndsAtMs: number | null = null
  /** Connections that are not read for the rest of the turn. */
  #held: Connection[] | null = null
  #hasOpened = false
  /** Turns in a row that were only for accepting connections. */
  #acceptingTurns = 0
  #isDraining = false

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  /** Whether {@link drain} was called. */
  get isDraining(): boolean {
    return this.#isDraining
  }

  /** Adds a new connection, until it closes. When there are too many, one of them is closed: it or another. */
  opened(socket: Socket): void {
    const connection = new Connection(socket)
    if (this.#connections.size >= this.#limits.maxConnections) {
      const closed = connectionToClose([...this.#connections.values()], connection, performance.now())
      const { socket: unwanted } = closed ?? connection
      unwanted.destroy()
      if (closed === null) return
      this.#connections.delete(unwanted)
    }
    this.#connections.set(socket, connection)
    this.#hasOpened = true
    // Node begins to read only after this, in the same turn.
    if (this.#held !== null) process.nextTick(() => this.#holdNew(connection))
    socket.on('close', () => {
      this.#connections.delete(socket)
      this.#waitingRequests -= connection.pendingRequests.length
      connection.pendingRequests.length = 0
    })
  }

  /**
   * Calls `respond` when the requests before this one have their responses; never, if the connection ends first. While a
   * connection has too many requests it is not read; those that had arrived by then are served too.
   */
  arrived(socket: Socket, outgoing: ServerResponse, respond: (isOneTooMany: boolean) => void): void {
    const connection = this.#connections.get(socket)
    if (connection === undefined) return
    const { pendingRequests } = connection
    // No response follows one that closes the connection.
    if (pendingRequests.at(-1)?.isLast) return
    this.#takeTime(connection)
    const { maxPipelinedRequests, maxWaitingRequests } = this.#limits
    const isOneTooMany = pendingRequests.length > 0 && this.#waitingRequests >= maxWaitingRequests
    if (this.#isDraining || isOneTooMany) outgoing.shouldKeepAlive = false
    pendingRequests.push({ outgoing, respond: () => respond(isOneTooMany), isLast: isOneTooMany })
    connection.idleSinceMs = null
    this.#waitingRequests += 1
    outgoing.on('close', () => this.#responded(connection))
    if (pendingRequests.length > maxPipelinedRequests) stopReading(socket)
    if (pendingRequests.length === 1) respond(isOneTooMany)
  }

  /** Whether a response is being sent, so that nothing else may be written. */
  isSending(socket: Socket): boolean {
    return this.#connections.get(socket)?.pendingRequests[0]?.outgoing.headersSent ?? false
  }

  /** Ends a socket that was idle for too long, unless the server is the one that is slow. */
  timedOut(socket: Socket): void {
    const current = this.#connections.get(socket)?.pendingRequests[0]
    const isReaderStalled = socket.writableLength > 0
    if (current === undefined || isReaderStalled) socket.destroy()
  }

  /** Closes idle connections now, and the others when their requests are finished. */
  drain(): void {
    this.#isDraining = true
    for (const { socket, pendingRequests } of this.#connections.values()) {
      for (const { outgoing } of pendingRequests) outgoing.shouldKeepAlive = false
      if (pendingRequests.length === 0) socket.destroy()
    }
  }

  /** Ends every connection. */
  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy()
  }

  #responded(connection: Connection): void {
    const { socket, pendingRequests } = connection
    // The requests of a closed connection were dropped already.
    if (pendingRequests.shift() === undefined) return
    this.#waitingRequests -= 1
    if (pendingRequests.length === 0) connection.idleSinceMs = performance.now()
    if (socket.destroyed) return
    const isEnough = pendingRequests.length === this.#limits.maxPipelinedRequests
    if (isEnough && !this.#held?.includes(connection)) readAgain(socket)
    if (pendingRequests.length > 0) this.#respondSoon(connection)
    else if (this.#isDraining) socket.destroySoon()
  }

  /** Thousands of short requests may arrive in one piece: other connections have their turns between them. */
  #respondSoon(connection: Connection): void {
    this.#due.push(connection)
    if (this.#due.length === 1) setImmediate(() => this.#respondToDue())
  }

  #respondToDue(): void {
    if (this.#acceptingTurns > 0) {
      setImmediate(() => this.#respondToDue())
      return
    }
    const endsAtMs = performance.now() + MAX_TURN_MS
    let responded = 0
    // Where a response ends at once, the next request of its connection is put after the others.
    for (const { pendingRequests } of this.#due) {
      pendingRequests[0]?.respond()
      responded += 1
      if (performance.now() >= endsAtMs) break
    }
    this.#due = this.#due.slice(responded)
    if (this.#due.length > 0) setImmediate(() => this.#respondToDue())
  }

  /** A hundred connections may have thousands of requests each to read in one turn: the rest of them waits for the next. */
  #takeTime(connection: Connection): void {
    const nowMs = performance.now()
    if (this.#turnEndsAtMs === null) {
      this.#turn += 1
      this.#turnEndsAtMs = nowMs + MAX_TURN_MS
      setImmediate(() => this.#endTurn())
    } else if (this.#held === null && nowMs >= this.#turnEndsAtMs) this.#hold()
    if (connection.lastTurn === this.#turn) return
    connection.lastTurn = this.#turn
    // The least recently used stay first.
    this.#connections.delete(connection.socket)
    this.#connections.set(connection.socket, connection)
  }

  #hold(): void {
    // One that is sending a body is paced by its reader, and one that is paused has a reason to be.
    this.#held = [...this.#connections.values()].filter(
      ({ socket, isSending }) => !isSending && !socket.isPaused(),
    )
    for (const { socket } of this.#held) stopReading(socket)
  }

  #holdNew(connection: Connection): void {
    const { socket } = connection
    if (this.#held === null || socket.destroyed || connection.pendingRequests.length > 0) return
    stopReading(socket)
    this.#held.push(connection)
  }

  #endTurn(): void {
    const held = this.#held ?? []
    const mayAccept = this.#hasOpened && this.#acceptingTurns < MAX_ACCEPTING_TURNS
    this.#hasOpened = false
    if (held.length > 0 && mayAccept) {
      this.#acceptingTurns += 1
      setImmediate(() => this.#endTurn())
      return
    }
    this.#acceptingTurns = 0
    this.#turnEndsAtMs = null
    this.#held = null
    for (const { socket, pendingRequests } of readingOrder(held, this.#turn)) {
      if (!socket.destroyed && pendingRequests.length <= this.#limits.maxPipelinedRequests) readAgain(socket)
    }
  }
}
