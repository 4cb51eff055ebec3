import { ApiError } from '../wire/api-error.ts'

/**
 * A body may come in this many chunks, however short; with more they must have {@link MIN_AVERAGE_CHUNK_BYTES} on average.
 * Each takes the event loop a few microseconds: 32 MB in chunks of one byte would take minutes.
 */
const MAX_SHORT_CHUNKS = 65_536
const MIN_AVERAGE_CHUNK_BYTES = 64

/** Counts the chunks of a body, whose sender decides how they are cut. */
export class ChunkCount {
  #chunks = 0
  #bytes = 0

  /** @throws ApiError `malformed-http` when there are too many short ones */
  add(chunk: Uint8Array): void {
    this.#chunks += 1
    this.#bytes += chunk.length
    if (this.#chunks <= MAX_SHORT_CHUNKS || this.#bytes >= this.#chunks * MIN_AVERAGE_CHUNK_BYTES) return
    throw new ApiError(
      'malformed-http',
      `The request body comes in more than ${MAX_SHORT_CHUNKS} chunks of less than ${MIN_AVERAGE_CHUNK_BYTES} bytes: send longer ones`,
    )
  }
}
