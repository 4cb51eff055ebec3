import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ServeLimits } from './serve-limits.ts'

/** One request that a connection brought. */
interface PendingRequest {
  readonly outgoing: ServerResponse
  readonly handle: () => void
  /** Whether its answer closes the connection, for want of room for more. */
  readonly isLast: boolean
}

/**
 * Every open connection and what it waits for. Requests of one connection are answered one after the other: node
 * would hand over all at once, and tells only the first of them when the client leaves.
 */
export class Connections {
  readonly #maxPipelinedRequests: number
  readonly #maxWaitingRequests: number
  readonly #pendingRequests = new Map<Socket, PendingRequest[]>()
  /** Requests on all connections that are not answered yet. */
  #waitingRequests = 0
  #isDraining = false

  constructor(limits: Pick<ServeLimits, 'maxPipelinedRequests' | 'maxWaitingRequests'>) {
    this.#maxPipelinedRequests = limits.maxPipelinedRequests
    this.#maxWaitingRequests = limits.maxWaitingRequests
  }

  /** Whether {@link drain} was called. */
  get isDraining(): boolean {
    return this.#isDraining
  }

  /** Takes note of a new connection, until it closes. */
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
   * Calls `answer` when the requests before this one are answered; never, if the connection ends first. A connection with
   * many requests is not read on until some are answered: what it had sent by then is answered too.
   */
  arrived(socket: Socket, outgoing: ServerResponse, handle: (isOneTooMany: boolean) => void): void {
    const pendingRequests = this.#pendingRequests.get(socket)
    // Behind an answer that closes the connection there is no other.
    if (pendingRequests === undefined || pendingRequests.at(-1)?.isLast) return
    const isOneTooMany = pendingRequests.length > 0 && this.#waitingRequests >= this.#maxWaitingRequests
    if (this.#isDraining || isOneTooMany) outgoing.shouldKeepAlive = false
    pendingRequests.push({ outgoing, handle: () => handle(isOneTooMany), isLast: isOneTooMany })
    this.#waitingRequests += 1
    outgoing.on('close', () => this.#answered(socket, pendingRequests))
    if (pendingRequests.length > this.#maxPipelinedRequests) socket.pause()
    if (pendingRequests.length === 1) handle(isOneTooMany)
  }

  /** Whether an answer is on its way, so that nothing else may be written. */
  isSending(socket: Socket): boolean {
    return this.#pendingRequests.get(socket)?.[0]?.outgoing.headersSent ?? false
  }

  /** What a socket that was silent for too long gets: its end, unless it is us that are silent. */
  timedOut(socket: Socket): void {
    const current = this.#pendingRequests.get(socket)?.[0]
    const isReaderStalled = socket.writableLength > 0
    if (current === undefined || isReaderStalled) socket.destroy()
  }

  /** Closes what waits for nothing, now and as the others finish. */
  drain(): void {
    this.#isDraining = true
    for (const [socket, pendingRequests] of this.#pendingRequests) {
      for (const { outgoing } of pendingRequests) outgoing.shouldKeepAlive = false
      if (pendingRequests.length === 0) socket.destroy()
    }
  }

  /** Ends every connection, whatever it waits for. */
  destroyAll(): void {
    for (const socket of this.#pendingRequests.keys()) socket.destroy()
  }

  #answered(socket: Socket, pendingRequests: PendingRequest[]): void {
    // Those of a closed connection are forgotten already.
    if (pendingRequests.shift() === undefined) return
    this.#waitingRequests -= 1
    if (socket.destroyed) return
    if (pendingRequests.length === this.#maxPipelinedRequests) socket.resume()
    const next = pendingRequests[0]
    if (next !== undefined) next.handle()
    else if (this.#isDraining) socket.destroySoon()
  }
}
