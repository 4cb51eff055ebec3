import type { IncomingMessage } from 'node:http'
import { ChunkCount } from '../chunk-count.ts'
import { readAgain, stopReading } from './socket-reading.ts'

/**
 * Most chunks of all bodies together that one turn of the event loop reads, but for the rest of one piece of a connection,
 * which node parses at once: clients decide how short chunks are.
 */
const MAX_CHUNKS_IN_A_TURN = 4096

/** The bodies that are being read. */
const reading = new Set<BodyPace>()
let chunksInTurn = 0

/**
 * Stops reading a connection from time to time, so that others have their turns: a megabyte in chunks of one byte may arrive
 * at once. The connection is stopped and not the body: what is parsed of it would wait in hundreds of bytes for each chunk.
 */
export class BodyPace {
  readonly #incoming: IncomingMessage
  #isHeld = false
  #isWaiting = false
  #isStopped = false
  #isOver = false

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming
    reading.add(this)
    incoming.once('end', () => this.end()).once('close', () => this.end())
  }

  /** Counts a chunk that was read. */
  count(): void {
    chunksInTurn += 1
    if (chunksInTurn === 1) setImmediate(endTurn)
    if (chunksInTurn === MAX_CHUNKS_IN_A_TURN) for (const body of reading) body.#hold(true)
  }

  /** Reads no more until the body's reader has taken what was read; the client then has to wait. */
  wait(isWaiting: boolean): void {
    this.#isWaiting = isWaiting
    this.#apply()
  }

  /** Lets the connection be read as if there were no body, also where its reader is still busy: the next request may come. */
  end(): void {
    reading.delete(this)
    this.#isOver = true
    this.#apply()
  }

  static endHolds(): void {
    for (const body of reading) body.#hold(false)
  }

  #hold(isHeld: boolean): void {
    this.#isHeld = isHeld
    this.#apply()
  }

  #apply(): void {
    const { socket } = this.#incoming
    const isStopped = !this.#isOver && (this.#isHeld || this.#isWaiting)
    if (isStopped === this.#isStopped || socket.destroyed) return
    this.#isStopped = isStopped
    if (isStopped) stopReading(socket)
    else readAgain(socket)
  }
}

function endTurn(): void {
  const wasFull = chunksInTurn >= MAX_CHUNKS_IN_A_TURN
  chunksInTurn = 0
  if (wasFull) BodyPace.endHolds()
}

/** Reads what is left of a body, and drops it. One in too many short chunks is not read to its end. */
export function discardBody(incoming: IncomingMessage): void {
  // A reader that has stopped would hold it up.
  incoming.removeAllListeners('data')
  // Nothing more comes of it, its end neither, and it would be kept for ever among those that are read.
  if (incoming.destroyed) return
  const pace = new BodyPace(incoming)
  const chunks = new ChunkCount()
  incoming.on('data', (chunk: Uint8Array) => {
    pace.count()
    try {
      chunks.add(chunk)
    } catch {
      incoming.socket.destroy()
    }
  })
  incoming.resume()
}
