/** How much a block holds. A short body takes no more than its one chunk. */
const BLOCK_BYTES = 64 * 1024

/**
 * Gathers the bytes of a body. Its sender decides how they are cut, and a chunk that is kept takes some hundred bytes
 * besides its own: chunks are therefore copied into blocks.
 */
export class BodyBytes {
  #only: Uint8Array | null = null
  readonly #blocks: Uint8Array[] = []
  /** Bytes of the last block that are in use. */
  #used = BLOCK_BYTES
  #length = 0

  /** How many bytes were added. */
  get length(): number {
    return this.#length
  }

  /** Adds the next chunk. */
  add(chunk: Uint8Array): void {
    const isFirst = this.#length === 0
    this.#length += chunk.length
    if (isFirst) {
      this.#only = chunk
      return
    }
    if (this.#only !== null) this.#copy(this.#only)
    this.#only = null
    this.#copy(chunk)
  }

  /** All bytes in one array. */
  join(): Uint8Array {
    return this.#only ?? Buffer.concat(this.#blocks, this.#length)
  }

  #copy(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#used === BLOCK_BYTES) {
        this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES))
        this.#used = 0
      }
      const part = chunk.subarray(from, from + BLOCK_BYTES - this.#used)
      this.#blocks.at(-1)?.set(part, this.#used)
      this.#used += part.length
      from += part.length
    }
  }
}
