import { CompletionError } from '../completion/completion-error.ts'

/**
 * What a byte of a body counts as. It is held as it was sent, as text, in the prompt, and on its way to the engine, partly
 * with two bytes for each character.
 */
export const HELD_BYTES_PER_BODY_BYTE = 6
/** What a member of a body's JSON counts as besides: its value, and the part of the prompt made of it. */
export const HELD_BYTES_PER_MEMBER = 256
/** A request that holds less than this is small: it is accepted while large ones are refused. */
export const SMALL_REQUEST_BYTES = 4 * 1024 * 1024
/** The share of the memory that may be held when a large request is accepted. The rest is for small ones. */
export const LARGE_REQUESTS_SHARE = 0.875

/**
 * Counts what all requests hold in memory together, from their first byte until their response has ended: bodies, what was
 * parsed of them, and prompts that wait for an engine. A request beyond the bound is refused.
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

  /** Begins to count one request. */
  open(): HeldMemory {
    let ownBytes = 0
    const fits = (bytes: number) => this.#heldBytes + bytes <= this.#maxHeldBytes(ownBytes + bytes)
    return {
      couldHold: (bytes) => bytes <= this.#maxHeldBytes(bytes),
      fits,
      hold: (bytes) => {
        if (!fits(bytes)) throw outOfMemory()
        ownBytes += bytes
        this.#heldBytes += bytes
      },
      release: () => {
        this.#heldBytes -= ownBytes
        ownBytes = 0
      },
    }
  }

  /** Most bytes that all requests may hold together when one of them holds `ownBytes`. */
  #maxHeldBytes(ownBytes: number): number {
    return ownBytes <= SMALL_REQUEST_BYTES ? this.#maxBytes : this.#maxBytes * LARGE_REQUESTS_SHARE
  }
}

/** What one request holds in memory. */
export interface HeldMemory {
  /** Whether that many bytes could be held if there were no other request. */
  readonly couldHold: (bytes: number) => boolean
  /** Whether that many more bytes could be held now. */
  readonly fits: (bytes: number) => boolean
  /**
   * Holds more bytes.
   *
   * @throws CompletionError `overloaded` when all requests hold too much with it
   */
  readonly hold: (bytes: number) => void
  /** Ends the request's share. Harmless when called again. */
  readonly release: () => void
}

/** The error of a request for which there is no memory now. */
export function outOfMemory(): CompletionError {
  return new CompletionError('overloaded', 'Overloaded: the memory for requests is full')
}
