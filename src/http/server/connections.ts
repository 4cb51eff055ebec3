import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ServeLimits } from './serve-limits.ts'

/** How long one turn of the event loop serves requests that waited for the one before them. */
const MAX_TURN_MS = 8

/** A request of a connection that has no response yet. */
interface PendingRequest {
  readonly outgoing: ServerResponse
  readonly respond: () => void
  /** Whether its response closes the connection, because too many requests wait. */
  readonly isLast: boolean
}

/**
 * The open connections and their requests. Requests of one connection are served one after the other: node would pass on
 * all at once, and reports a disconnect to the first of them only.
 */
export class Connections {
  readonly #maxPipelinedRequests: number
  readonly #maxWaitingRequests: number
  readonly #pendingRequests = new Map<Socket, PendingRequest[]>()
  /** Requests without a response on all connections. */
  #waitingRequests = 0
  /** The requests of connections whose next one waits for time in the event loop. */
  #due: PendingRequest[][] = []
  #isDraining = false

  constructor(limits: Pick<ServeLimits, 'maxPipelinedRequests' | 'maxWaitingRequests'>) {
    this.#maxPipelinedRequests = limits.maxPipelinedRequests
    this.#maxWaitingRequests = limits.maxWaitingRequests
  }

  /** Whether {@link drain} was called. */
  get isDraining(): boolean {
    return this.#isDraining
  }

  /** Adds a new connection, until it closes. */
  opened(socket: Socket): void {
    const pendingRequests: PendingRequest[] = []
    this.#pendingRequests.set(socket, pendingRequests)
    socket.on('close', () => {
      this.#pendingRequests.delete(socket)
      this.#waitingRequests -= pendingRequests.length
      pendingRequests.length = 0
    })
  }

  /**
   * Calls `respond` when the requests before this one have their responses; never, if the connection ends first. While a
   * connection has too many requests it is not read; those that had arrived by then are served too.
   */
  arrived(socket: Socket, outgoing: ServerResponse, respond: (isOneTooMany: boolean) => void): void {
    const pendingRequests = this.#pendingRequests.get(socket)
    // No response follows one that closes the connection.
    if (pendingRequests === undefined || pendingRequests.at(-1)?.isLast) return
    const isOneTooMany = pendingRequests.length > 0 && this.#waitingRequests >= this.#maxWaitingRequests
    if (this.#isDraining || isOneTooMany) outgoing.shouldKeepAlive = false
    pendingRequests.push({ outgoing, respond: () => respond(isOneTooMany), isLast: isOneTooMany })
    this.#waitingRequests += 1
    outgoing.on('close', () => this.#responded(socket, pendingRequests))
    if (pendingRequests.length > this.#maxPipelinedRequests) stopReading(socket)
    if (pendingRequests.length === 1) respond(isOneTooMany)
  }

  /** Whether a response is being sent, so that nothing else may be written. */
  isSending(socket: Socket): boolean {
    return this.#pendingRequests.get(socket)?.[0]?.outgoing.headersSent ?? false
  }

  /** Ends a socket that was idle for too long, unless the server is the one that is slow. */
  timedOut(socket: Socket): void {
    const current = this.#pendingRequests.get(socket)?.[0]
    const isReaderStalled = socket.writableLength > 0
    if (current === undefined || isReaderStalled) socket.destroy()
  }

  /** Closes idle connections now, and the others when their requests are finished. */
  drain(): void {
    this.#isDraining = true
    for (const [socket, pendingRequests] of this.#pendingRequests) {
      for (const { outgoing } of pendingRequests) outgoing.shouldKeepAlive = false
      if (pendingRequests.length === 0) socket.destroy()
    }
  }

  /** Ends every connection. */
  destroyAll(): void {
    for (const socket of this.#pendingRequests.keys()) socket.destroy()
  }

  #responded(socket: Socket, pendingRequests: PendingRequest[]): void {
    // The requests of a closed connection were dropped already.
    if (pendingRequests.shift() === undefined) return
    this.#waitingRequests -= 1
    if (socket.destroyed) return
    if (pendingRequests.length === this.#maxPipelinedRequests) readAgain(socket)
    if (pendingRequests.length > 0) this.#respondSoon(pendingRequests)
    else if (this.#isDraining) socket.destroySoon()
  }

  /** Thousands of short requests may arrive in one piece: other connections have their turns between them. */
  #respondSoon(pendingRequests: PendingRequest[]): void {
    this.#due.push(pendingRequests)
    if (this.#due.length === 1) setImmediate(() => this.#respondToDue())
  }

  #respondToDue(): void {
    const endsAtMs = performance.now() + MAX_TURN_MS
    let responded = 0
    // Where a response ends at once, the next request of its connection is put after the others.
    for (const pendingRequests of this.#due) {
      pendingRequests[0]?.respond()
      responded += 1
      if (performance.now() >= endsAtMs) break
    }
    this.#due = this.#due.slice(responded)
    if (this.#due.length > 0) setImmediate(() => this.#respondToDue())
  }
}

/** Node resumes a socket after each response, even if it was paused here: until {@link readAgain} it cannot. */
function stopReading(socket: Socket): void {
  socket.pause()
  socket.resume = () => socket
}

function readAgain(socket: Socket): void {
  // The method of its class is back.
  Reflect.deleteProperty(socket, 'resume')
  socket.resume()
}
