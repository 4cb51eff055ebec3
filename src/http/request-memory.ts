import { CompletionError } from '../completion/completion-error.ts'

/**
 * What a byte of a body is counted as: it is there as it came, as text, as the prompt that is made of it, and on its way
 * to the engine, some of that in two bytes for each character.
 */
export const HELD_BYTES_PER_BODY_BYTE = 6
/** What a member of a body's JSON is counted as besides: its value, and what a prompt is made of. */
export const HELD_BYTES_PER_MEMBER = 256
/** A request that holds less than this is small: it finds room where large ones find none any more. */
const SMALL_REQUEST_BYTES = 4 * 1024 * 1024
/** The share of all memory for requests that large ones may take, with small ones beside them. */
const LARGE_REQUESTS_SHARE = 0.875

/**
 * Counts what all requests hold in memory together, from their first byte until they are over: bodies, what was read of
 * them, and prompts that wait for an engine. Past the bound a request is refused.
 */
export class RequestMemory {
  readonly #maxBytes: number
  #heldBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** What all requests hold now. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** The account of one request. */
  open(): HeldMemory {
    let ownBytes = 0
    const hasRoomFor = (bytes: number) => this.#heldBytes + bytes <= this.#maxBytesBeside(ownBytes + bytes)
    return {
      couldHold: (bytes) => bytes <= this.#maxBytesBeside(bytes),
      hasRoomFor,
      hold: (bytes) => {
        if (!hasRoomFor(bytes)) throw outOfMemory()
        ownBytes += bytes
        this.#heldBytes += bytes
      },
      release: () => {
        this.#heldBytes -= ownBytes
        ownBytes = 0
      },
    }
  }

  /** Most that all requests may hold where one of them holds so much. */
  #maxBytesBeside(ownBytes: number): number {
    return ownBytes <= SMALL_REQUEST_BYTES ? this.#maxBytes : this.#maxBytes * LARGE_REQUESTS_SHARE
  }
}

/** What one request holds in memory. */
export interface HeldMemory {
  /** Whether so much could be held if there were no other request. */
  readonly couldHold: (bytes: number) => boolean
  /** Whether so much more could be held now. */
  readonly hasRoomFor: (bytes: number) => boolean
  /**
   * Holds so much more.
   *
   * @throws CompletionError `overloaded` when all requests hold too much with it
   */
  readonly hold: (bytes: number) => void
  /** The request is over. Harmless when called again. */
  readonly release: () => void
}

/** What a request is told for which there is no memory now. */
export function outOfMemory(): CompletionError {
  return new CompletionError(
    'overloaded',
    'Overloaded: other requests take all the memory that there is for them',
  )
}
