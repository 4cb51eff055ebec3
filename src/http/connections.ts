import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** One request that a connection brought. */
interface Exchange {
  readonly outgoing: ServerResponse
  readonly answer: () => void
}

/**
 * Every open connection and what it waits for. Requests of one connection are answered one after the other: node
 * would hand over all at once, and tells only the first of them when the client leaves.
 */
export class Connections {
  readonly #maxPipelinedRequests: number
  readonly #exchanges = new Map<Socket, Exchange[]>()
  #isDraining = false

  constructor(maxPipelinedRequests: number) {
    this.#maxPipelinedRequests = maxPipelinedRequests
  }

  /** Whether {@link drain} was called. */
  get isDraining(): boolean {
    return this.#isDraining
  }

  /** Takes note of a new connection, until it closes. */
  opened(socket: Socket): void {
    this.#exchanges.set(socket, [])
    socket.on('close', () => this.#exchanges.delete(socket))
  }

  /** Calls `answer` when the requests before this one are answered; never, if the connection ends first. */
  arrived(socket: Socket, outgoing: ServerResponse, answer: () => void): void {
    const exchanges = this.#exchanges.get(socket)
    if (exchanges === undefined || exchanges.length > this.#maxPipelinedRequests) {
      socket.destroy()
      return
    }
    if (this.#isDraining) outgoing.shouldKeepAlive = false
    exchanges.push({ outgoing, answer })
    outgoing.on('close', () => this.#answered(socket, exchanges))
    if (exchanges.length === 1) answer()
  }

  /** Whether an answer is on its way, so that nothing else may be written. */
  isAnswering(socket: Socket): boolean {
    return this.#exchanges.get(socket)?.[0]?.outgoing.headersSent ?? false
  }

  /** What a socket that was silent for too long gets: its end, unless it is us that are silent. */
  timedOut(socket: Socket): void {
    const current = this.#exchanges.get(socket)?.[0]
    const isReaderStalled = socket.writableLength > 0
    if (current === undefined || isReaderStalled) socket.destroy()
  }

  /** Closes what waits for nothing, now and as the others finish. */
  drain(): void {
    this.#isDraining = true
    for (const [socket, exchanges] of this.#exchanges) {
      for (const { outgoing } of exchanges) outgoing.shouldKeepAlive = false
      if (exchanges.length === 0) socket.destroy()
    }
  }

  /** Ends every connection, whatever it waits for. */
  destroyAll(): void {
    for (const socket of this.#exchanges.keys()) socket.destroy()
  }

  #answered(socket: Socket, exchanges: Exchange[]): void {
    exchanges.shift()
    if (socket.destroyed) return
    const next = exchanges[0]
    if (next !== undefined) next.answer()
    else if (this.#isDraining) socket.destroySoon()
  }
}
